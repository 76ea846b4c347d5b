package io.maskflow.experiments.evaluation.answers;

import io.maskflow.experiments.run.RunFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Every answer of an evaluation in its run folder.
 *
 * @param results the table: {@code results.jsonl}
 * @param candidates the grid of the oracles on the same problems: {@code candidates.jsonl}
 * @param validation what choices were made by: {@code validation.jsonl}
 * @param files of the last two, removed at the end if nothing is in them
 */
public record EvaluationStores(AnswerStore results, AnswerStore candidates, AnswerStore validation, List<Path> files)
        implements AutoCloseable {

    /** Answers to the problems that choices are made on. */
    public static final String VALIDATION = "validation.jsonl";

    /** The stores of a run folder. */
    public static EvaluationStores open(RunFolder folder) {
        Path candidates = folder.path().resolve("candidates.jsonl");
        Path validation = folder.path().resolve(VALIDATION);
        return new EvaluationStores(
                AnswerStore.open(folder.results()),
                AnswerStore.open(candidates),
                AnswerStore.open(validation),
                List.of(candidates, validation));
    }

    /** Forgets the answers of an earlier evaluation in this folder. */
    public static void clear(RunFolder folder) {
        for (String name : List.of("results", "candidates", "validation")) {
            for (String ending : List.of(".jsonl", ".partial.jsonl")) {
                remove(folder.path().resolve(name + ending));
            }
        }
        remove(folder.path().resolve("actions.json"));
    }

    private static void remove(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove " + file, e);
        }
    }

    @Override
    public void close() {
        results.close();
        candidates.close();
        validation.close();
        for (Path file : files) {
            try {
                if (Files.size(file) == 0) {
                    Files.delete(file);
                }
            } catch (IOException e) {
                throw new UncheckedIOException("cannot look at " + file, e);
            }
        }
    }
}
