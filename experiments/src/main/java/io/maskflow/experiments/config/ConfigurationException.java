package io.maskflow.experiments.config;

/**
 * A configuration or a command line that cannot be used. The message is one line, made for the person who wrote the
 * file; the command line ends with exit code 2.
 */
public final class ConfigurationException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /**
     * @param message one line: what must hold, what was found, where
     */
    public ConfigurationException(String message) {
        super(message);
    }

    /**
     * @param message one line: what must hold, what was found, where
     * @param cause what was thrown underneath
     */
    public ConfigurationException(String message, Throwable cause) {
        super(message, cause);
    }
}
