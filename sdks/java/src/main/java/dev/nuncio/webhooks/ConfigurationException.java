package dev.nuncio.webhooks;

/** The receiver cannot work as it was set up; the message says what to change and never holds a secret. */
public final class ConfigurationException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    ConfigurationException(String message) {
        super(message);
    }

    ConfigurationException(String message, Throwable cause) {
        super(message, cause);
    }
}
