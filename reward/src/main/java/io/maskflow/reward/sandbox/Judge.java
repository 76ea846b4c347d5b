package io.maskflow.reward.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The trusted process that knows the tests and compares. It never runs candidate code; it reads claimed values with limits of its
 * own, and whoever keeps it busy beyond the watchdog has its claim rejected. Used by one thread at a time.
 */
final class Judge implements AutoCloseable {
    private static final double START_SECONDS = 30;
    private static final double PATIENCE = 240;
    private static final int KILLED_BY_CPU_LIMIT = 128 + 24;
    private static final int ANSWER_LIMIT = 64 << 20;

    private final Channel channel;
    private final Map<String, Plan> plans = new LinkedHashMap<>(64, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Plan> eldest) {
            return size() > 1024;
        }
    };

    /** How one test is run: cut into holes, or run in the judge with stubs. */
    record PlannedTest(boolean cut, JsonNode steps, int holes, int vacuous, boolean booleanOnly) {}

    /** How the tests of a problem are run. {@code bad} is empty, or says why the tests themselves are broken. */
    record Plan(String key, List<PlannedTest> tests, String bad) {}

    /** Class and note of one test. */
    record Finding(VerdictKind kind, String note) {}

    /** Answers the calls that a test makes while it runs in the judge. */
    interface Caller {
        /**
         * Runs calls in one process.
         *
         * @param batch whether these are many calls that are tried together, to be called one by one if that fails
         */
        Execution call(JsonNode steps, boolean batch) throws BrokenException;
    }

    Judge(PythonRuntime python) throws BrokenException {
        channel = new ProcessChannel(python.command());
        try {
            channel.exchange(START_SECONDS, (out, in) -> {
                Programs.sendFrame(out, Programs.JUDGE);
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

    /** Cuts the tests; a plan is made once per judge and suite. */
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
        JsonNode answer;
        try {
            answer = ask(Map.of("op", "plan", "key", key, "spec", spec), new byte[0]);
        } catch (Channel.SilentException e) {
            throw new BrokenException("judge, making a plan, " + e.getMessage());
        }
        List<PlannedTest> tests = new ArrayList<>();
        for (JsonNode test : answer.path("tests")) {
            tests.add(new PlannedTest(
                    test.get("mode").asText().equals("cut"),
                    test.get("steps"),
                    test.get("holes").asInt(),
                    test.get("vacuous").asInt(),
                    test.get("boolean").asBoolean()));
        }
        Plan plan = new Plan(key, tests, answer.path("bad").asText(""));
        plans.put(key, plan);
        return plan;
    }

    /** Evaluates one test with the claimed values. */
    Finding check(Plan plan, int test, byte[] claim) throws BrokenException {
        try {
            JsonNode answer = ask(Map.of("op", "check", "key", plan.key(), "test", test, "claim", claim.length), claim);
            return findings(answer).get(0);
        } catch (Channel.SilentException e) {
            return new Finding(VerdictKind.REJECTED, "the check of the value did not end");
        } catch (BrokenException e) {
            return exhausted(e);
        }
    }

    /** A judge that the kernel ended at its CPU limit was kept busy by a value: that is a property of the program, not an outage. */
    private Finding exhausted(BrokenException e) throws BrokenException {
        if (channel instanceof ProcessChannel p && p.exitStatus() == KILLED_BY_CPU_LIMIT) {
            return new Finding(VerdictKind.REJECTED, "the check of the value used more CPU time than the judge grants");
        }
        throw e;
    }

    /** Runs one test in the judge; each call of the candidate goes through {@code caller}. One finding per assert. */
    List<Finding> run(Plan plan, int test, Caller caller) throws BrokenException {
        try {
            JsonNode answer = ask(Map.of("op", "run", "key", plan.key(), "test", test), new byte[0]);
            while (answer.has("call")) {
                Execution execution =
                        caller.call(answer.get("call"), answer.path("batch").asBoolean());
                if (execution instanceof Execution.Claimed claimed) {
                    answer = ask(Map.of("claim", claimed.values().length), claimed.values());
                } else if (execution instanceof Execution.Ended ended) {
                    answer = ask(Map.of("kind", ended.kind().word(), "note", ended.note()), new byte[0]);
                } else {
                    throw new IllegalStateException("unknown execution " + execution);
                }
            }
            return findings(answer);
        } catch (Channel.SilentException e) {
            return List.of(new Finding(VerdictKind.REJECTED, "the check of the value did not end"));
        } catch (BrokenException e) {
            return List.of(exhausted(e));
        }
    }

    /** Reduces a text to the definitions that an entry point needs, or says null where that cannot be done. */
    String definitions(String text, String entry, boolean first, int limit) throws BrokenException {
        try {
            JsonNode answer = ask(
                    Map.of("op", "definitions", "text", text, "entry", entry, "first", first, "limit", limit),
                    new byte[0]);
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
        for (JsonNode test : answer.path("tests")) {
            findings.add(new Finding(
                    VerdictKind.of(test.get(0).asText()), test.get(1).asText()));
        }
        if (findings.isEmpty()) {
            throw new BrokenException("judge gave no verdict");
        }
        return findings;
    }

    private JsonNode ask(Map<String, ?> message, byte[] claim) throws BrokenException, Channel.SilentException {
        try {
            return channel.exchange(PATIENCE, (out, in) -> {
                Programs.sendFrame(out, Json.bytes(message));
                out.write(claim);
                out.flush();
                return receive(in);
            });
        } catch (BrokenException e) {
            channel.close();
            throw new BrokenException("judge " + e.getMessage());
        }
    }

    private static JsonNode receive(java.io.DataInputStream in) throws java.io.IOException, BrokenException {
        int length = in.readInt();
        if (length < 0 || length > ANSWER_LIMIT) {
            throw new BrokenException("judge answers with " + length + " bytes");
        }
        byte[] body = in.readNBytes(length);
        if (body.length < length) {
            throw new java.io.EOFException("judge died within an answer");
        }
        return Json.read(body);
    }

    @Override
    public void close() {
        channel.close();
    }
}
