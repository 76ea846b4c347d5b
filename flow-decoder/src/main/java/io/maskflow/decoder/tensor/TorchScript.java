package io.maskflow.decoder.tensor;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * A loaded TorchScript program whose methods take weights and data as inputs.
 *
 * <p>Two ways to call a method:
 *
 * <ul>
 *   <li>{@link #infer} runs without autograd. What it returns can never take part in a differentiation.
 *   <li>{@link #train} records gradients. It takes tensors and lists of tensors only; gradients flow to any input that
 *       requires one, also to members of a list.
 * </ul>
 *
 * <p>Results belong to the manager handed to the call. The program itself belongs to whoever loaded it.
 */
public final class TorchScript implements AutoCloseable {

    private final String name;
    private final PtSymbolBlock block;

    private TorchScript(String name, PtSymbolBlock block) {
        this.name = name;
        this.block = block;
    }

    /**
     * Loads a program from text.
     *
     * @param manager owner of the native module, and the device that it runs on
     * @param name what the program is called in error messages
     * @param methods program text, see {@link TorchScriptArchive#write}
     * @param attributes values of {@code self.name}
     * @return the program, closed by the caller or with the manager
     * @throws IllegalArgumentException if the engine refuses the text; the message holds the engine's reason
     */
    public static TorchScript load(NDManager manager, String name, String methods, Map<String, ?> attributes) {
        byte[] archive = TorchScriptArchive.write(methods, attributes);
        try {
            return new TorchScript(
                    name, JniUtils.loadModule((PtNDManager) manager, new ByteArrayInputStream(archive), true, false));
        } catch (EngineException refused) {
            throw new IllegalArgumentException(
                    "the TorchScript program " + name + " cannot be loaded: " + refused.getMessage(), refused);
        } catch (IOException cannotHappenInMemory) {
            throw new UncheckedIOException(cannotHappenInMemory);
        }
    }

    /**
     * Loads a program whose text is a resource.
     *
     * @param manager owner of the native module
     * @param beside the class that the resource stands beside
     * @param resource file name of the resource
     * @param attributes values of {@code self.name}
     * @return the program
     * @throws IllegalArgumentException if there is no such resource or the engine refuses the text
     */
    public static TorchScript loadResource(
            NDManager manager, Class<?> beside, String resource, Map<String, ?> attributes) {
        return load(manager, resource, readResource(beside, resource), attributes);
    }

    /**
     * Reads a text resource.
     *
     * @param beside the class that the resource stands beside
     * @param resource its file name
     * @return its text
     * @throws IllegalArgumentException if there is no such resource
     */
    public static String readResource(Class<?> beside, String resource) {
        try (InputStream in = beside.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalArgumentException("no resource " + resource + " beside " + beside.getName());
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /**
     * Calls a method without autograd.
     *
     * @param scope manager that the results are attached to
     * @param method method name
     * @param arguments in the method's order: {@link NDArray}, {@link NDList} (a list of tensors), {@link Number}
     *     ({@code int} for whole numbers, {@code float} for {@code Double} and {@code Float}), {@link Boolean},
     *     {@link String}, {@code long[]}, {@code double[]}, or an {@link IValue}, which stays the caller's
     * @return the tensors of the result: one for a tensor, all of a list or tuple of tensors, none for {@code None}
     * @throws EngineException if the program fails; the message has its source line
     */
    public NDList infer(NDManager scope, String method, Object... arguments) {
        IValue[] values = new IValue[arguments.length];
        try {
            for (int i = 0; i < arguments.length; i++) {
                values[i] = value(arguments[i]);
            }
            try (IValue result = IValueUtils.runMethod(block, method, values)) {
                return result.toNDList((PtNDManager) scope);
            }
        } finally {
            for (int i = 0; i < arguments.length; i++) {
                if (values[i] != null && values[i] != arguments[i]) {
                    values[i].close();
                }
            }
        }
    }

    /**
     * Calls a method and records gradients, if the calling thread has gradient mode on (a gradient collector is open, or
     * {@link JniUtils#setGradMode} was called).
     *
     * @param scope manager that the results are attached to
     * @param method method name
     * @param arguments in the method's order: {@link NDArray} or {@link NDList} (a list of at least one tensor); other
     *     values must be attributes of the program
     * @return the tensors of the result, part of the gradient graph
     * @throws EngineException if the program fails
     */
    public NDList train(NDManager scope, String method, Object... arguments) {
        // The engine's entry point for training takes tensors only: those named "x[]" form a list, and the name of one
        // that is not passed on says the method. The first entry's manager receives the results. Names are given to
        // second handles of the tensors, so that the caller's own keep theirs.
        try (NDManager handles = scope.newSubManager();
                NDArray methodName = scope.create(0f)) {
            methodName.setName("module_method:" + method);
            NDList inputs = new NDList(methodName);
            for (int i = 0; i < arguments.length; i++) {
                if (arguments[i] instanceof NDList list) {
                    if (list.isEmpty()) {
                        throw new IllegalArgumentException(
                                "argument " + i + " of " + name + "." + method + " is an empty list of tensors");
                    }
                    for (NDArray tensor : list) {
                        NDArray handle = secondHandle(tensor, handles);
                        handle.setName("w" + i + "[]");
                        inputs.add(handle);
                    }
                } else {
                    inputs.add(secondHandle((NDArray) arguments[i], handles));
                }
            }
            return IValueUtils.forward(block, inputs, true);
        }
    }

    private static NDArray secondHandle(NDArray tensor, NDManager owner) {
        try (IValue value = IValue.from((PtNDArray) tensor)) {
            return value.toTensor((PtNDManager) owner);
        }
    }

    private static IValue value(Object argument) {
        if (argument instanceof IValue value) {
            return value;
        }
        if (argument instanceof NDArray tensor) {
            return IValue.from((PtNDArray) tensor);
        }
        if (argument instanceof NDList list) {
            return IValue.listFrom(list.toArray(new PtNDArray[0]));
        }
        if (argument instanceof Double || argument instanceof Float) {
            return IValue.from(((Number) argument).doubleValue());
        }
        if (argument instanceof Number number) {
            return IValue.from(number.longValue());
        }
        if (argument instanceof Boolean flag) {
            return IValue.from(flag);
        }
        if (argument instanceof String text) {
            return IValue.from(text);
        }
        if (argument instanceof long[] numbers) {
            return IValue.listFrom(numbers);
        }
        if (argument instanceof double[] numbers) {
            return IValue.listFrom(numbers);
        }
        throw new IllegalArgumentException(
                "a TorchScript method cannot take a " + argument.getClass().getName());
    }

    @Override
    public void close() {
        block.close();
    }

    @Override
    public String toString() {
        return "TorchScript program " + name;
    }
}
