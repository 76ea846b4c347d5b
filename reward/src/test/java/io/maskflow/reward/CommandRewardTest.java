package io.maskflow.reward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CommandRewardTest {

    private static final List<Map<String, Object>> TWO =
            List.of(Map.of("answer", "a = 1"), Map.of("answer", "line\nand \u00e4"));

    private static List<CommandReward.Score> scores(String run) {
        return new CommandReward(run, 20).scores(TWO);
    }

    @Test
    void aNumberForEachLineThatItReads() {
        List<CommandReward.Score> scores = scores("awk '{ print NR / 4 }'");
        assertThat(scores).extracting(s -> s.value().getAsDouble()).containsExactly(0.25, 0.5);
        assertThat(scores).extracting(CommandReward.Score::fault).containsOnly("");
    }

    @Test
    void anObjectMayCarryTheNumberAndNullIsNoScore() {
        List<CommandReward.Score> scores = scores("cat > /dev/null; echo '{\"reward\": -2}'; echo null");
        assertThat(scores.get(0).value()).hasValue(-2);
        assertThat(scores.get(1).value()).isEmpty();
        assertThat(scores.get(1).fault()).isEqualTo("wrote no number: null");
    }

    @Test
    void badAnswersSilenceAndDeathAreNoScoreAndNeverZero() {
        assertThat(scores("echo good; echo NaN")).allMatch(s -> s.value().isEmpty());
        assertThat(scores("echo 1").get(0).value()).hasValue(1);
        assertThat(scores("echo 1").get(1).fault()).isEqualTo("wrote nothing about this answer");
        assertThat(scores("echo 1; echo 2; echo 3")).allMatch(s -> s.fault().equals("wrote 3 lines for 2 answers"));
        assertThat(scores("echo 1; echo 2; echo broken >&2; exit 3"))
                .allMatch(s -> s.value().isEmpty() && s.fault().equals("ended with exit code 3: broken"));
        assertThat(new CommandReward("sleep 60", 0.2).scores(TWO))
                .allMatch(s -> s.value().isEmpty() && s.fault().equals("did not end within 0.2 s"));
    }

    @Test
    void thereMustBeACommandAndATime() {
        assertThatThrownBy(() -> new CommandReward(" ", 1)).hasMessage("run must be a command, was empty");
        assertThatThrownBy(() -> new CommandReward("x", 0)).hasMessage("seconds must be above 0, was 0.0");
    }
}
