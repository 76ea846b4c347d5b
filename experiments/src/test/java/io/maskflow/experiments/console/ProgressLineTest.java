package io.maskflow.experiments.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ProgressLineTest {

    private final AtomicLong clock = new AtomicLong();
    private final ByteArrayOutputStream shown = new ByteArrayOutputStream();

    private ProgressLine line(boolean terminal, long alreadyDone) {
        PrintStream out = new PrintStream(shown, true, StandardCharsets.UTF_8);
        return new ProgressLine(out, terminal, () -> 80, clock::get, "train", 100, alreadyDone);
    }

    private void second(long now) {
        clock.set(now * 1_000_000_000L);
    }

    @Test
    void theTimeLeftComesFromThisRunAlone() {
        ProgressLine line = line(false, 40);
        second(20);
        line.update(50, "reward 0.4");
        // 10 units in 20 s, 50 to go: 100 s.
        assertThat(shown.toString(StandardCharsets.UTF_8))
                .isEqualTo("train 50/100 (50 %)  reward 0.4  0:20, 1:40 left\n");
    }

    @Test
    void aFileGetsALineNowAndThen() {
        try (ProgressLine line = line(false, 0)) {
            for (int i = 1; i <= 60; i++) {
                second(i);
                line.update(i, "");
            }
        }
        // The first, one every 15 seconds (16, 31, 46), and the last state.
        assertThat(shown.toString(StandardCharsets.UTF_8).lines()).hasSize(5);
    }

    @Test
    void aTerminalSeesOneLineWrittenOver() {
        try (ProgressLine line = line(true, 0)) {
            second(1);
            line.advance("a");
            second(2);
            line.advance("b");
        }
        String text = shown.toString(StandardCharsets.UTF_8);
        assertThat(text).endsWith("\n").contains("\r\033[Ktrain 2/100 (2 %)  b  0:02, 1:38 left");
        assertThat(text.chars().filter(c -> c == '\n')).hasSize(1);
    }

    @Test
    void aNarrowTerminalLosesTheLastFiguresAndKeepsCountAndTime() {
        String figures = "reward 0.412  pass 0.300  t_final 0.931  nfe 11.5  entropy -1.34  validation 0.500";
        ProgressLine line = line(true, 0);
        second(20);
        line.update(50, figures);
        String shown80 = shown.toString(StandardCharsets.UTF_8);
        assertThat(shown80)
                .isEqualTo("\r\033[Ktrain 50/100 (50 %)  reward 0.412  pass 0.300  t_final 0.931  0:20, 0:20 left");
        assertThat(shown80.length() - 4).isLessThan(80);
    }

    @Test
    void aFileDoesNotGetTheLastLineTwice() {
        try (ProgressLine line = line(false, 0)) {
            second(1);
            line.update(100, "a");
        }
        assertThat(shown.toString(StandardCharsets.UTF_8)).isEqualTo("train 100/100 (100 %)  a  0:01\n");
    }

    @Test
    void aPhaseIsNamedAndLeavesNothingOnATerminal() {
        PrintStream out = new PrintStream(shown, true, StandardCharsets.UTF_8);
        try (ProgressLine.Phase loading = ProgressLine.phase(out, true, "loading builtin")) {
            assertThat(shown.toString(StandardCharsets.UTF_8)).isEqualTo("\r\033[Kloading builtin ...");
        }
        assertThat(shown.toString(StandardCharsets.UTF_8)).endsWith("...\r\033[K");
        shown.reset();
        try (ProgressLine.Phase loading = ProgressLine.phase(out, false, "loading builtin")) {
            assertThat(shown.toString(StandardCharsets.UTF_8)).isEqualTo("loading builtin\n");
        }
    }
}
