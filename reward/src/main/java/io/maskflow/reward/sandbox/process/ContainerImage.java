package io.maskflow.reward.sandbox.process;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.AccessMode;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.BuildResponseItem;
import com.github.dockerjava.api.model.Volume;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The image of the container level: this machine's Python, its standard library and the shared libraries they need, and nothing
 * else. No registry is asked.
 */
public final class ContainerImage {
    private static final Pattern LIBRARY = Pattern.compile("(?:=> )?(/\\S+) \\(0x");
    private static final Set<String> LEFT_OUT = Set.of(
            "__pycache__",
            "site-packages",
            "dist-packages",
            "test",
            "tests",
            "idlelib",
            "tkinter",
            "turtledemo",
            "ensurepip",
            "lib2to3",
            "pydoc_data",
            "distutils");

    private ContainerImage() {}

    /** Name of the image for an interpreter. */
    public static String name(PythonRuntime python) {
        return "maskflow-sandbox:python-" + python.version();
    }

    /**
     * Makes the image unless it is there.
     *
     * @return its name
     * @throws BrokenException if it cannot be made
     */
    static synchronized String ensure(DockerClient docker, PythonRuntime python) throws BrokenException {
        String name = name(python);
        try {
            docker.inspectImageCmd(name).exec();
            return name;
        } catch (NotFoundException e) {
            return build(docker, python);
        } catch (RuntimeException e) {
            throw new BrokenException("container engine", e);
        }
    }

    /** Packages that were asked for and the shared libraries that they need, each at its own place, read-only. */
    static List<Bind> mounts(PythonRuntime python) throws IOException, BrokenException {
        if (python.added().isEmpty()) {
            return List.of();
        }
        Path packages = python.added().get();
        if (!PythonRuntime.open(packages)) {
            throw new BrokenException(
                    "user 65534 of a container may not reach " + packages + ": make it readable by all users");
        }
        List<Bind> mounts = new ArrayList<>(List.of(readOnly(packages, packages)));
        for (Path needed : libraries(SitePackages.binaries(packages))) {
            if (!needed.startsWith(packages)) {
                mounts.add(readOnly(needed.toRealPath(), needed));
            }
        }
        return mounts;
    }

    private static Bind readOnly(Path here, Path there) {
        return new Bind(here.toString(), new Volume(there.toString()), AccessMode.ro);
    }

    private static String build(DockerClient docker, PythonRuntime python) throws BrokenException {
        Path tar = null;
        try {
            tar = Files.createTempFile("maskflow-image", ".tar");
            write(tar, python);
            StringBuilder trouble = new StringBuilder();
            try (InputStream in = Files.newInputStream(tar)) {
                docker.buildImageCmd(in)
                        .withTags(Set.of(name(python)))
                        .withPull(false)
                        .exec(new ResultCallback.Adapter<BuildResponseItem>() {
                            @Override
                            public void onNext(BuildResponseItem item) {
                                if (item.isErrorIndicated() && item.getErrorDetail() != null) {
                                    trouble.append(item.getErrorDetail().getMessage());
                                }
                            }
                        })
                        .awaitCompletion(300, TimeUnit.SECONDS);
            }
            if (trouble.length() > 0) {
                throw new BrokenException("cannot make the sandbox image: " + trouble);
            }
            return name(python);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BrokenException("cannot make the sandbox image: interrupted");
        } catch (IOException | RuntimeException e) {
            throw new BrokenException("cannot make the sandbox image", e);
        } finally {
            if (tar != null) {
                tar.toFile().delete();
            }
        }
    }

    /** Writes the build context as a tar archive: the image's files below root/, and a Dockerfile that takes them as they are. */
    static void write(Path tar, PythonRuntime python) throws IOException {
        TreeMap<String, Path> files = new TreeMap<>();
        add(files, python.binary());
        Path library = python.library();
        List<Path> binaries = new ArrayList<>(List.of(python.binary()));
        try (Stream<Path> tree = Files.walk(library)) {
            for (Path file : (Iterable<Path>) tree::iterator) {
                if (Files.isRegularFile(file) && kept(library.relativize(file))) {
                    files.put(file.toString(), file.toRealPath());
                    if (file.toString().endsWith(".so")) {
                        binaries.add(file);
                    }
                }
            }
        }
        for (Path needed : libraries(binaries)) {
            files.put(needed.toString(), needed.toRealPath());
        }
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(tar))) {
            byte[] recipe = "FROM scratch\nCOPY root/ /\n".getBytes(StandardCharsets.UTF_8);
            entry(out, "Dockerfile", recipe, 0644);
            Set<String> folders = new TreeSet<>(List.of("/dev", "/proc", "/sys", "/tmp"));
            for (String file : files.keySet()) {
                for (Path p = Path.of(file).getParent(); p != null && p.getNameCount() > 0; p = p.getParent()) {
                    folders.add(p.toString());
                }
            }
            for (String folder : folders) {
                header(out, "root" + folder + "/", 0, '5', 0755);
            }
            for (var file : files.entrySet()) {
                byte[] bytes = Files.readAllBytes(file.getValue());
                boolean executable = Files.isExecutable(file.getValue());
                entry(out, "root" + file.getKey(), bytes, executable ? 0755 : 0644);
            }
            out.write(new byte[1024]);
        }
    }

    private static void entry(OutputStream out, String name, byte[] bytes, int mode) throws IOException {
        header(out, name, bytes.length, '0', mode);
        out.write(bytes);
        out.write(new byte[(512 - bytes.length % 512) % 512]);
    }

    private static boolean kept(Path relative) {
        for (Path part : relative) {
            if (LEFT_OUT.contains(part.toString()) || part.toString().startsWith("config-")) {
                return false;
            }
        }
        return true;
    }

    private static void add(TreeMap<String, Path> files, Path file) throws IOException {
        files.put(file.toString(), file.toRealPath());
    }

    private static Set<Path> libraries(List<Path> binaries) throws IOException {
        if (binaries.isEmpty()) {
            return Set.of();
        }
        List<String> command = new ArrayList<>(List.of("ldd"));
        binaries.forEach(b -> command.add(b.toString()));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            process.waitFor(30, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Set<Path> found = new TreeSet<>();
        Matcher line = LIBRARY.matcher(text);
        while (line.find()) {
            found.add(Path.of(line.group(1)));
        }
        return found;
    }

    /** One ustar header; a name beyond 100 characters is split at a slash. */
    private static void header(OutputStream out, String name, long size, char type, int mode) throws IOException {
        byte[] header = new byte[512];
        String prefix = "";
        String rest = name;
        if (name.length() > 100) {
            int cut = name.lastIndexOf('/', Math.min(155, name.length() - 2));
            prefix = name.substring(0, cut);
            rest = name.substring(cut + 1);
        }
        if (rest.length() > 100 || prefix.length() > 155) {
            throw new IOException("the path is too long for the image: " + name);
        }
        put(header, 0, rest);
        put(header, 100, String.format("%07o", mode));
        put(header, 108, "0000000");
        put(header, 116, "0000000");
        put(header, 124, String.format("%011o", size));
        put(header, 136, "00000000000");
        put(header, 148, "        ");
        header[156] = (byte) type;
        put(header, 257, "ustar\00000");
        put(header, 345, prefix);
        int sum = 0;
        for (byte b : header) {
            sum += b & 0xff;
        }
        put(header, 148, String.format("%06o", sum));
        header[154] = 0;
        out.write(header);
    }

    private static void put(byte[] header, int at, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        System.arraycopy(bytes, 0, header, at, bytes.length);
    }
}
