package io.maskflow.reward.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import io.maskflow.reward.sandbox.process.BrokenException;
import io.maskflow.reward.sandbox.process.Channel;
import io.maskflow.reward.sandbox.process.Json;
import io.maskflow.reward.sandbox.process.ProcessChannel;
import io.maskflow.reward.sandbox.process.Programs;
import io.maskflow.reward.sandbox.process.PythonRuntime;
import io.maskflow.reward.sandbox.suite.TestSuite;
import io.maskflow.reward.sandbox.suite.VerdictKind;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The trusted process that knows the tests and compares. It never runs candidate code; it reads claimed values with limits of its
 * own, and whoever keeps it busy beyond the watchdog has its claim rejected. Used by one thread at a time.
 */
final class Judge implements AutoCloseable {
    private static final double START_SECONDS = 30;
    private static final double PATIENCE = 120;
    private static final int ANSWER_LIMIT = 64 << 20;

    private final Channel channel;
    private final Map<String, Plan> plans = new LinkedHashMap<>(64, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Plan> eldest) {
            return size() > 1024;
        }
    };

    /**
     * What can be said of a test item without running it.
     *
     * @param vacuous asserts that compare the candidate with itself only
     * @param booleanOnly do all asserts ask for a truth value only?
     * @param bad empty, or why the item decides nothing
     */
    record Look(int vacuous, boolean booleanOnly, String bad) {}

    /**
     * How the tests of a problem are run.
     *
     * @param setup the part of the set-up that goes to the sandbox
     * @param classes the classes of the set-up that both sides have
     * @param bad empty, or why the tests are no Python
     */
    record Plan(String key, List<Look> items, String setup, List<String> classes, String bad) {}

    /**
     * Class and note of one test.
     *
     * @param costly did it take the judge's whole patience?
     */
    record Finding(VerdictKind kind, String note, boolean costly) {
        Finding(VerdictKind kind, String note) {
            this(kind, note, false);
        }
    }

    /** The other end of the conversation that the judge has about one program. */
    interface Witness {
        /**
         * Passes a request on.
         *
         * @param opens whether it is the first request of a test item, which gets a fresh process
         * @return the answer, or the end that it came to
         */
        Execution ask(boolean opens, byte[] request) throws BrokenException;

        /** One test item is decided: one finding, or one per assert of a test program. */
        void decided(List<Finding> findings);

        /** How the process of the open item came to an end, if it did. */
        Optional<Finding> end();
    }

    Judge(PythonRuntime python) throws BrokenException {
        channel = new ProcessChannel(python.command());
        try {
            channel.exchange(START_SECONDS, (out, in) -> {
                Programs.sendFrame(out, Programs.JUDGE);
                Programs.sendFrame(
                        out,
                        Json.bytes(
                                python.packages().stream().map(Object::toString).toList()));
                out.flush();
                return receive(in);
            });
        } catch (Channel.SilentException e) {
            channel.close();
            throw new BrokenException("judge " + e.getMessage());
        } catch (BrokenException e) {
            channel.close();
            throw e;
        }
    }

    long pid() {
        return channel.pid();
    }

    /** Reads the tests; a plan is made once per judge and suite. */
    Plan plan(String key, TestSuite suite) throws BrokenException {
        Plan known = plans.get(key);
        if (known != null) {
            return known;
        }
        Map<String, Object> spec = new LinkedHashMap<>();
        spec.put("tests", suite.asserts());
        spec.put("setup", suite.setup());
        spec.put("entry_points", suite.entryPoints());
        spec.put("reference", suite.reference());
        spec.put("program", suite.program());
        spec.put("entry", suite.entryPoint());
        spec.put("prelude", suite.prelude());
        spec.put(
                "pairs",
                suite.pairs().pairs().stream()
                        .map(p -> List.of(p.input(), p.output()))
                        .toList());
        spec.put("tolerance", suite.pairs().tolerance());
        JsonNode answer;
        try {
            answer = ask(Map.of("op", "plan", "key", key, "spec", spec));
        } catch (Channel.SilentException e) {
            throw new BrokenException("judge, making a plan, " + e.getMessage());
        }
        List<Look> items = new ArrayList<>();
        for (JsonNode look : answer.path("lints")) {
            items.add(new Look(
                    look.get("vacuous").asInt(),
                    look.get("boolean").asBoolean(),
                    look.get("bad").asText()));
        }
        List<String> classes = new ArrayList<>();
        answer.path("classes").forEach(c -> classes.add(c.asText()));
        String bad = answer.path("bad").asText("");
        Plan plan = new Plan(key, items, answer.path("setup").asText(""), classes, bad);
        plans.put(key, plan);
        return plan;
    }

    /**
     * Runs the test items of a plan from {@code first} on, as far as they go in one process of the judge.
     *
     * @return the item to go on with
     */
    int run(Plan plan, int first, Witness witness) throws BrokenException {
        int next = first;
        boolean opened = false;
        try {
            byte[] frame = raw(Json.bytes(Map.of("op", "run", "key", plan.key(), "from", first)));
            while (frame.length > 0 && frame[0] != 'd') {
                byte[] body = Arrays.copyOfRange(frame, 1, frame.length);
                if (frame[0] == 'r') {
                    witness.decided(findings(Json.read(body)));
                    next++;
                    opened = false;
                    frame = raw(null);
                } else {
                    Execution execution = witness.ask(frame[0] == 'o', body);
                    opened = true;
                    frame = raw(letter(execution));
                }
            }
            String ended = new String(frame, 1, frame.length - 1, StandardCharsets.UTF_8);
            if (next < plan.items().size()) {
                witness.decided(List.of(cutShort(witness, opened, "the test ended the judge: " + ended)));
                next++;
            }
        } catch (Channel.SilentException e) {
            witness.decided(List.of(cutShort(witness, opened, "the test did not end in " + (int) PATIENCE + " s")));
            next++;
        }
        return next;
    }

    private static Finding cutShort(Witness witness, boolean opened, String note) {
        return witness.end().orElse(new Finding(opened ? VerdictKind.REJECTED : VerdictKind.NO_VERDICT, note, true));
    }

    private static byte[] letter(Execution execution) {
        if (execution instanceof Execution.Claimed claimed) {
            return ByteBuffer.allocate(1 + claimed.answer().length)
                    .put((byte) 'v')
                    .put(claimed.answer())
                    .array();
        } else if (execution instanceof Execution.Ended ended) {
            byte[] why = Json.bytes(List.of(ended.kind().word(), ended.note()));
            return ByteBuffer.allocate(1 + why.length).put((byte) 'e').put(why).array();
        }
        throw new IllegalStateException("unknown execution " + execution);
    }

    /** Reduces a text to the definitions that an entry point needs, or says null where that cannot be done. */
    String definitions(String text, String entry, boolean first, int limit) throws BrokenException {
        try {
            JsonNode answer =
                    ask(Map.of("op", "definitions", "text", text, "entry", entry, "first", first, "limit", limit));
            return answer.path("code").textValue();
        } catch (Channel.SilentException e) {
            throw new BrokenException("judge, reading a text, " + e.getMessage());
        }
    }

    /** Does the judge still run? After a watchdog's bite it does not. */
    boolean alive() {
        return channel instanceof ProcessChannel p && p.alive();
    }

    private static List<Finding> findings(JsonNode answer) throws BrokenException {
        List<Finding> findings = new ArrayList<>();
        for (JsonNode test : answer) {
            findings.add(new Finding(
                    VerdictKind.of(test.get(0).asText()), test.get(1).asText()));
        }
        if (findings.isEmpty()) {
            throw new BrokenException("judge gave no verdict");
        }
        return findings;
    }

    private JsonNode ask(Map<String, ?> message) throws BrokenException, Channel.SilentException {
        return Json.read(raw(Json.bytes(message)));
    }

    /** Sends a frame, or nothing, and waits for the next one. */
    private byte[] raw(byte[] message) throws BrokenException, Channel.SilentException {
        try {
            return channel.exchange(PATIENCE, (out, in) -> {
                if (message != null) {
                    Programs.sendFrame(out, message);
                    out.flush();
                }
                return receive(in);
            });
        } catch (BrokenException e) {
            channel.close();
            throw new BrokenException("judge " + e.getMessage());
        }
    }

    private static byte[] receive(java.io.DataInputStream in) throws java.io.IOException, BrokenException {
        int length = in.readInt();
        if (length < 0 || length > ANSWER_LIMIT) {
            throw new BrokenException("judge answers with " + length + " bytes");
        }
        byte[] body = in.readNBytes(length);
        if (body.length < length) {
            throw new java.io.EOFException("judge died within an answer");
        }
        return body;
    }

    @Override
    public void close() {
        channel.close();
    }
}
