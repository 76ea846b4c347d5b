package io.maskflow.experiments.evaluation.answers;

import io.maskflow.experiments.run.ResultsLog;
import io.maskflow.experiments.run.ResultsLog.Result;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Answers on disk, so that nothing is decoded twice. Whole cells stand in the log, in the order of the problems; the
 * batches of the cell at work go to a second file as they end, which is emptied when the cell is whole.
 */
public final class AnswerStore implements AutoCloseable {

    private final Path atWorkFile;
    private final ResultsLog log;
    private ResultsLog atWork;
    private final Map<String, Map<String, Result>> logged = new LinkedHashMap<>();
    private final Map<String, Map<String, Result>> begun = new HashMap<>();

    private AnswerStore(Path atWorkFile, ResultsLog log, ResultsLog atWork) {
        this.atWorkFile = atWorkFile;
        this.log = log;
        this.atWork = atWork;
    }

    /**
     * Opens a store with what is in it.
     *
     * @param file the log, made if it does not exist
     */
    static AnswerStore open(Path file) {
        Path atWorkFile = file.resolveSibling(file.getFileName().toString().replace(".jsonl", ".partial.jsonl"));
        AnswerStore store = new AnswerStore(atWorkFile, ResultsLog.open(file), ResultsLog.open(atWorkFile));
        ResultsLog.read(file).forEach(result -> put(store.logged, result));
        ResultsLog.read(atWorkFile).forEach(result -> put(store.begun, result));
        return store;
    }

    private static void put(Map<String, Map<String, Result>> cells, Result result) {
        cells.computeIfAbsent(name(result), cell -> new LinkedHashMap<>()).put(result.id(), result);
    }

    private static String name(Result result) {
        return name(result.decoder(), result.budget(), result.dial(), result.seed());
    }

    private static String name(String decoder, String budget, Double dial, long seed) {
        return decoder + "\n" + budget + "\n" + dial + "\n" + seed;
    }

    /** What is known of a cell: problem to answer. */
    public Map<String, Result> of(Cell cell) {
        String name = name(cell.decoder(), cell.budget(), cell.dial(), cell.seed());
        Map<String, Result> known = new HashMap<>(begun.getOrDefault(name, Map.of()));
        known.putAll(logged.getOrDefault(name, Map.of()));
        return known;
    }

    /** Keeps the answers of a batch; may be called by several threads. */
    synchronized void keep(List<Result> batch) {
        batch.forEach(atWork::append);
    }

    /** Writes a whole cell: those of its answers that are not in the log yet. */
    public synchronized void whole(List<Result> cell) {
        for (Result result : cell) {
            Map<String, Result> there = logged.getOrDefault(name(result), Map.of());
            if (!there.containsKey(result.id())) {
                log.append(result);
                put(logged, result);
            }
        }
        cell.forEach(result -> begun.remove(name(result)));
        if (begun.isEmpty()) {
            atWork.close();
            removeAtWork();
            atWork = ResultsLog.open(atWorkFile);
        }
    }

    private void removeAtWork() {
        try {
            Files.deleteIfExists(atWorkFile);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove " + atWorkFile, e);
        }
    }

    @Override
    public void close() {
        log.close();
        atWork.close();
        if (begun.isEmpty() && ResultsLog.read(atWorkFile).isEmpty()) {
            removeAtWork();
        }
    }
}
