package io.maskflow.experiments.decoding;

import io.maskflow.experiments.config.SettingComponents;
import io.maskflow.experiments.config.SettingNames;
import io.maskflow.experiments.decoding.step.StepSizeChoice;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;

/**
 * The dial of a decoder: the one number of its settings that trades model calls for accuracy, such as a threshold, the
 * exponent of a rule or the price of a policy. It is found by the name of the setting, in the decoder itself or in what the
 * decoder is made of (its step size, the decoder that soft masks are put around).
 */
final class Dial {

    private Dial() {}

    /**
     * Refuses a dial that a decoder does not have, and values that are no grid.
     *
     * @param decoder the decoder
     * @param name the dial
     * @param values positions of the dial
     * @throws IllegalArgumentException naming the nearest dial that there is
     */
    static void check(DecoderChoice decoder, String name, List<Double> values) {
        List<String> known = decoder.dials();
        if (!known.contains(name)) {
            String hint = SettingNames.nearest(name, known)
                    .map(near -> "did you mean \"" + near + "\"?")
                    .orElse(known.isEmpty() ? "this decoder has none" : "it has " + String.join(", ", known));
            throw new IllegalArgumentException("dial must be one that the decoder has, was \"" + name + "\", " + hint);
        }
        if (values.isEmpty() || values.stream().distinct().count() < values.size()) {
            throw new IllegalArgumentException(
                    "the values of dial " + name + " must be one or more, each once, were " + values);
        }
        values.forEach(value -> turn(decoder, name, value));
    }

    /**
     * The decoder with its dial at another value.
     *
     * @param decoder a decoder that has the dial
     * @param name the dial
     * @param value checked by the settings it belongs to; 0 is refused where it switches the dial off
     */
    static DecoderChoice turn(DecoderChoice decoder, String name, double value) {
        if (List.of("threshold", "factor", "arrival", "price").contains(name) && !(value > 0)) {
            throw new IllegalArgumentException("dial " + name + " must be above 0, was " + value);
        }
        return (DecoderChoice) turned((Record) decoder, name, value);
    }

    /** A copy with the component of this name replaced, here or in the choice that this one holds. */
    private static Record turned(Record choice, String name, double value) {
        RecordComponent[] components = choice.getClass().getRecordComponents();
        Object[] arguments = Arrays.stream(components)
                .map(component -> value(choice, component))
                .toArray();
        for (int i = 0; i < components.length; i++) {
            if (components[i].getName().equals(name) && components[i].getType() == double.class) {
                arguments[i] = value;
            } else if (SettingComponents.unwrapped(components[i]) && has(components[i].getType(), name)
                    || dials(arguments[i]).contains(name)) {
                arguments[i] = turned((Record) arguments[i], name, value);
            }
        }
        return made(choice.getClass(), components, arguments);
    }

    private static boolean has(Class<?> settings, String name) {
        return SettingComponents.of(settings).stream()
                .anyMatch(component -> component.getName().equals(name));
    }

    private static List<String> dials(Object held) {
        return held instanceof DecoderChoice decoder
                ? decoder.dials()
                : held instanceof StepSizeChoice stepSize ? stepSize.dials() : List.of();
    }

    private static Object value(Record choice, RecordComponent component) {
        try {
            return component.getAccessor().invoke(choice);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(choice.getClass().getSimpleName() + " cannot be read", e);
        }
    }

    private static Record made(Class<? extends Record> type, RecordComponent[] components, Object[] arguments) {
        try {
            Constructor<? extends Record> constructor = type.getDeclaredConstructor(
                    Arrays.stream(components).map(RecordComponent::getType).toArray(Class[]::new));
            return constructor.newInstance(arguments);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof IllegalArgumentException outOfRange) {
                throw outOfRange;
            }
            throw new IllegalStateException(type.getSimpleName() + " cannot be made", e);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(type.getSimpleName() + " cannot be made", e);
        }
    }
}
