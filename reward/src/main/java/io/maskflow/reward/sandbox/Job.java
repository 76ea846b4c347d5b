package io.maskflow.reward.sandbox;

import io.maskflow.reward.sandbox.process.Json;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Everything that the sandbox ever hears of a problem beside the judge's requests: the program and the part of the set-up that a
 * program may need. As bytes: u32 length and JSON, u32 length and the compiled program, the first request.
 */
final class Job {
    /** Bytes that a program may have. */
    static final int PROGRAM_LIMIT = 8 << 20;

    private final byte[] head;
    private byte[] compiled = {};

    /**
     * @param setup the part of the set-up that goes to the sandbox
     * @param classes the classes of the set-up that both sides have
     * @param script whether the program is run as a script by its first request
     * @param keep whether the compiled program is wanted back, for the next process of the same program
     */
    Job(String code, String setup, boolean setupFirst, List<String> classes, boolean script, boolean keep) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("code", code);
        fields.put("setup", setup);
        fields.put("order", setupFirst ? "setup_first" : "");
        fields.put("classes", classes);
        fields.put("main", script);
        fields.put("keep", keep);
        head = Json.bytes(fields);
    }

    /** A bare program. */
    static Job of(String code) {
        return new Job(code, "", false, List.of(), false, false);
    }

    /** What a sandboxed process compiled; only a sandboxed process ever loads it. */
    void keep(byte[] bytes) {
        compiled = bytes;
    }

    byte[] with(byte[] request) {
        return ByteBuffer.allocate(8 + head.length + compiled.length + request.length)
                .putInt(head.length)
                .put(head)
                .putInt(compiled.length)
                .put(compiled)
                .put(request)
                .array();
    }
}
