package io.maskflow.experiments.evaluation.answers;

import static org.assertj.core.api.Assertions.assertThat;

import io.maskflow.decoder.DecodingBudget;
import io.maskflow.experiments.run.ResultsLog;
import io.maskflow.experiments.run.ResultsLog.Result;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AnswerStoreTest {

    @TempDir
    Path folder;

    private Path log;

    @BeforeEach
    void name() {
        log = folder.resolve("results.jsonl");
    }

    private static final Cell CELL = Cell.of("flow", new DecodingBudget(1, 4), 0);
    private static final Cell OTHER = Cell.of("mask", new DecodingBudget(1, 4), 0);

    static Result answer(String id, String decoder, boolean passed) {
        return new Result(
                id, decoder, "1/4", 0, 12, 9, 1, passed ? "passed" : "failed", passed ? 1.0 : 0.0, passed, "");
    }

    @Test
    void answersOfAnInterruptedCellAreThereWhenItGoesOn() {
        try (AnswerStore store = AnswerStore.open(log)) {
            store.keep(List.of(answer("2", "flow", true)));
        }
        assertThat(ResultsLog.read(log)).isEmpty();
        try (AnswerStore store = AnswerStore.open(log)) {
            store.whole(List.of(answer("1", "mask", false)));
            assertThat(store.of(CELL)).containsOnlyKeys("2");
            store.whole(List.of(answer("1", "flow", false), answer("2", "flow", true)));
        }
        assertThat(ResultsLog.read(log)).extracting(Result::id).containsExactly("1", "1", "2");
        assertThat(folder.toFile().list()).containsExactly("results.jsonl");
    }

    @Test
    void aCellThatIsThereIsNotWrittenAgain() {
        List<Result> cell = List.of(answer("1", "flow", true), answer("2", "flow", false));
        try (AnswerStore store = AnswerStore.open(log)) {
            store.whole(cell);
        }
        try (AnswerStore store = AnswerStore.open(log)) {
            assertThat(store.of(CELL)).isEqualTo(Map.of("1", cell.get(0), "2", cell.get(1)));
            assertThat(store.of(OTHER)).isEmpty();
            store.whole(cell);
        }
        assertThat(ResultsLog.read(log)).isEqualTo(cell);
    }
}
