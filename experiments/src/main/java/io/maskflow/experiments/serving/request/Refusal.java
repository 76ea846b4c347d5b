package io.maskflow.experiments.serving.request;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** A request that is not served, and why, in the shape of OpenAI's errors. */
public final class Refusal extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final int status;
    private final String type;
    private final String param;
    private final String code;

    private Refusal(int status, String type, String param, String code, String message) {
        super(message, null, false, false);
        this.status = status;
        this.type = type;
        this.param = param;
        this.code = code;
    }

    /** A field that cannot be served as it is. */
    public static Refusal field(String param, String message) {
        return new Refusal(400, "invalid_request_error", param, "invalid_value", message);
    }

    /** A body that cannot be understood. */
    public static Refusal body(String message) {
        return new Refusal(400, "invalid_request_error", null, "invalid_body", message);
    }

    /** Anything else: the client's fault below 500. */
    public static Refusal of(int status, String code, String message) {
        return new Refusal(status, status < 500 ? "invalid_request_error" : "server_error", null, code, message);
    }

    /** The HTTP status. */
    public int status() {
        return status;
    }

    Optional<String> param() {
        return Optional.ofNullable(param);
    }

    /** What goes out as JSON. */
    public Map<String, Object> json() {
        Map<String, Object> error = new LinkedHashMap<>();
        error.put("message", getMessage());
        error.put("type", type);
        error.put("param", param);
        error.put("code", code);
        return Map.of("error", error);
    }
}
