package io.maskflow.decoder.backbone.network;

import io.maskflow.decoder.tensor.CheckpointException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * The models that come with the project: resource folders {@code builtin/NAME} in Hugging Face layout. Inside a jar
 * they are copied to a cache folder once, under a name that holds the hash of their content.
 */
public final class BuiltinModels {

    private static final String PREFIX = "builtin";
    private static final String STANDARD = "base";
    private static final List<String> FILES = List.of("config.json", "tokenizer.json", "model.safetensors");

    private BuiltinModels() {}

    /**
     * The folder of a model.
     *
     * @param folderOrName a folder, {@code builtin} or {@code builtin/NAME}
     * @return the folder, whether or not it holds a model
     * @throws CheckpointException if there is no built-in model of that name
     */
    public static Path folder(String folderOrName) {
        if (folderOrName.equals(PREFIX)) {
            return builtin(STANDARD);
        }
        if (folderOrName.startsWith(PREFIX + "/") && !Files.isDirectory(Path.of(folderOrName))) {
            return builtin(folderOrName.substring(PREFIX.length() + 1));
        }
        return Path.of(folderOrName);
    }

    private static Path builtin(String name) {
        URL config = name.matches("[A-Za-z0-9_-]+") ? resource(name, FILES.get(0)) : null;
        if (config == null) {
            throw new CheckpointException("there is no built-in model " + name);
        }
        try {
            return config.getProtocol().equals("file") ? Path.of(config.toURI()).getParent() : copied(name);
        } catch (URISyntaxException | IOException unreadable) {
            throw new CheckpointException("the built-in model " + name + " cannot be read: " + unreadable, unreadable);
        }
    }

    private static URL resource(String name, String file) {
        return BuiltinModels.class.getResource("/" + PREFIX + "/" + name + "/" + file);
    }

    private static Path copied(String name) throws IOException {
        Path cache = cache();
        Files.createDirectories(cache);
        Path fresh = Files.createTempDirectory(cache, name + "-");
        MessageDigest digest = sha256();
        for (String file : FILES) {
            URL url = resource(name, file);
            if (url == null) {
                throw new CheckpointException("the built-in model " + name + " has no " + file);
            }
            try (InputStream in = new DigestInputStream(url.openStream(), digest)) {
                Files.copy(in, fresh.resolve(file), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        Path known = cache.resolve(name + "-" + HexFormat.of().formatHex(digest.digest(), 0, 8));
        if (!Files.isDirectory(known)) {
            try {
                return Files.move(fresh, known, StandardCopyOption.ATOMIC_MOVE);
            } catch (IOException anotherProcessWasFaster) {
                if (!Files.isDirectory(known)) {
                    throw anotherProcessWasFaster;
                }
            }
        }
        for (String file : FILES) {
            Files.deleteIfExists(fresh.resolve(file));
        }
        Files.deleteIfExists(fresh);
        return known;
    }

    private static Path cache() {
        String xdg = System.getenv("XDG_CACHE_HOME");
        Path home = xdg == null || xdg.isBlank() ? Path.of(System.getProperty("user.home"), ".cache") : Path.of(xdg);
        Path parent = Files.isWritable(home) || Files.isWritable(home.getParent())
                ? home
                : Path.of(System.getProperty("java.io.tmpdir"));
        return parent.resolve("maskflow").resolve("builtin");
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException everyJavaHasIt) {
            throw new IllegalStateException(everyJavaHasIt);
        }
    }
}
