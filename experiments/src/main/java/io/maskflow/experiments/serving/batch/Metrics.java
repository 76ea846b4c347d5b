package io.maskflow.experiments.serving.batch;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** Counters of a server, written as Prometheus reads them. */
public final class Metrics {

    /** Upper bounds of the buckets of answer times, in seconds. */
    private static final double[] SECONDS = {0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60};

    private final Map<String, LongAdder> answers = new ConcurrentHashMap<>();
    private final LongAdder promptTokens = new LongAdder();
    private final LongAdder tokens = new LongAdder();
    private final LongAdder nfe = new LongAdder();
    private final LongAdder steps = new LongAdder();
    private final LongAdder rows = new LongAdder();
    private final LongAdder[] buckets = new LongAdder[SECONDS.length + 1];
    private final LongAdder nanos = new LongAdder();

    /** All counters at zero. */
    public Metrics() {
        for (int i = 0; i < buckets.length; i++) {
            buckets[i] = new LongAdder();
        }
    }

    /** A request was answered. */
    public void answered(String path, int status, long tookNanos) {
        answers.computeIfAbsent("path=\"" + path + "\",status=\"" + status + "\"", unused -> new LongAdder())
                .increment();
        nanos.add(tookNanos);
        int bucket = 0;
        while (bucket < SECONDS.length && tookNanos / 1e9 > SECONDS[bucket]) {
            bucket++;
        }
        buckets[bucket].increment();
    }

    /** An answer left with this usage. */
    public void used(int promptTokensRead, int tokensWritten, int calls) {
        promptTokens.add(promptTokensRead);
        tokens.add(tokensWritten);
        nfe.add(calls);
    }

    /** A decode step with so many rows. */
    void stepped(int rowsInStep) {
        steps.increment();
        rows.add(rowsInStep);
    }

    /**
     * The text of {@code /metrics}.
     *
     * @param running responses being decoded
     * @param waiting requests that wait
     */
    public String text(int running, int waiting) {
        StringBuilder text = new StringBuilder();
        head(text, "maskflow_requests_total", "counter", "Requests answered.");
        new TreeMap<>(answers).forEach((labels, count) -> text.append("maskflow_requests_total{")
                .append(labels)
                .append("} ")
                .append(count.sum())
                .append('\n'));
        one(text, "maskflow_prompt_tokens_total", "counter", "Tokens of prompts.", promptTokens.sum());
        one(text, "maskflow_completion_tokens_total", "counter", "Tokens of answers.", tokens.sum());
        one(text, "maskflow_model_calls_total", "counter", "Model calls, one per response and step.", nfe.sum());
        one(text, "maskflow_steps_total", "counter", "Decode steps of batches.", steps.sum());
        one(text, "maskflow_step_rows_total", "counter", "Responses in those steps.", rows.sum());
        one(text, "maskflow_running", "gauge", "Responses being decoded.", running);
        one(text, "maskflow_waiting", "gauge", "Requests that wait.", waiting);
        head(text, "maskflow_request_seconds", "histogram", "Time from request to answer.");
        long below = 0;
        for (int i = 0; i < buckets.length; i++) {
            below += buckets[i].sum();
            String bound = i < SECONDS.length ? Double.toString(SECONDS[i]) : "+Inf";
            text.append("maskflow_request_seconds_bucket{le=\"")
                    .append(bound)
                    .append("\"} ")
                    .append(below)
                    .append('\n');
        }
        text.append(String.format(Locale.ROOT, "maskflow_request_seconds_sum %.3f%n", nanos.sum() / 1e9)
                .replace("\r", ""));
        return text.append("maskflow_request_seconds_count ")
                .append(below)
                .append('\n')
                .toString();
    }

    private static void one(StringBuilder text, String name, String kind, String help, long value) {
        head(text, name, kind, help);
        text.append(name).append(' ').append(value).append('\n');
    }

    private static void head(StringBuilder text, String name, String kind, String help) {
        text.append("# HELP ").append(name).append(' ').append(help).append('\n');
        text.append("# TYPE ").append(name).append(' ').append(kind).append('\n');
    }
}
