package io.maskflow.experiments.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * {@code manifest.json}: everything a result depends on besides the configuration.
 *
 * @param command the command line, without the launcher
 * @param started UTC, of this start: a run that goes on has a new one
 * @param commit of the sources, with {@code -dirty} when they were changed; {@code unknown} outside a checkout
 * @param data problem file to sha256
 * @param models model folder or policy file to sha256 (see {@link Sha256})
 * @param seeds of the run
 * @param java version and vendor of the virtual machine
 * @param engine tensor engine and version
 * @param device what computes, such as {@code cpu}
 * @param sandbox level that programs run under
 * @param versions of the libraries that can move a number
 * @param machine operating system, processor architecture, cores, memory
 * @param ended the rule that ended the run before its last step, in words; empty if none did
 * @param state {@code running}, {@code finished}, {@code interrupted} or {@code failed}; a run that was killed stays
 *     {@code running}
 * @param finished UTC, when it ended in that state; empty while it runs
 * @param seconds how long it ran, all its starts together
 */
public record RunManifest(
        String command,
        String started,
        String commit,
        Map<String, String> data,
        Map<String, String> models,
        List<Long> seeds,
        String java,
        String engine,
        String device,
        String sandbox,
        Map<String, String> versions,
        Map<String, String> machine,
        String ended,
        String state,
        String finished,
        long seconds) {

    static final String RUNNING = "running";

    /** A manifest without a word on its end is that of a run that no rule has ended. */
    public RunManifest {
        ended = ended == null ? "" : ended;
        state = state == null ? "" : state;
        finished = finished == null ? "" : finished;
    }

    /**
     * Collects what can be asked of this machine.
     *
     * @param command the command line
     * @param data problem files
     * @param models model folders and policy files
     * @param seeds of the run
     * @param engine tensor engine and version
     * @param device what computes
     * @param sandbox level that programs run under, {@code none} if the run grades nothing
     */
    public static RunManifest collect(
            String command,
            List<Path> data,
            List<Path> models,
            List<Long> seeds,
            String engine,
            String device,
            String sandbox) {
        return new RunManifest(
                command,
                now(),
                Provenance.commit(),
                hashes(data),
                hashes(models),
                List.copyOf(seeds),
                Provenance.java(),
                engine,
                device,
                sandbox,
                Provenance.versions(),
                Provenance.machine(),
                "",
                RUNNING,
                "",
                0);
    }

    private static String now() {
        return Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
    }

    /** The same of a run that ended now, after {@code before} seconds of earlier starts. */
    RunManifest in(String end, long before) {
        String now = now();
        long lasted =
                Duration.between(Instant.parse(started), Instant.parse(now)).toSeconds();
        return new RunManifest(
                command,
                started,
                commit,
                data,
                models,
                seeds,
                java,
                engine,
                device,
                sandbox,
                versions,
                machine,
                ended,
                end,
                now,
                before + lasted);
    }

    /** The same of a run that a rule has ended. */
    public RunManifest endedBy(String rule) {
        return new RunManifest(
                command, started, commit, data, models, seeds, java, engine, device, sandbox, versions, machine, rule,
                state, finished, seconds);
    }

    private static Map<String, String> hashes(List<Path> paths) {
        Map<String, String> hashes = new LinkedHashMap<>();
        for (Path path : paths) {
            hashes.put(path.toString(), Sha256.of(path));
        }
        return hashes;
    }

    /** Writes the manifest as indented JSON. */
    public void write(Path file) {
        DurableFile.write(
                file, draft -> JsonLines.MAPPER.writerWithDefaultPrettyPrinter().writeValue(draft.toFile(), this));
    }

    /** Reads a manifest. */
    public static RunManifest read(Path file) {
        try {
            return JsonLines.MAPPER.readValue(file.toFile(), RunManifest.class);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }
}
