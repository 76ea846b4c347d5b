package io.maskflow.experiments.report;

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
        return new ProgressLine(out, terminal, clock::get, "train", 100, alreadyDone);
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
}
