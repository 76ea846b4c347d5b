package io.maskflow.experiments.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.maskflow.decoder.DecodedResponse;
import io.maskflow.decoder.DecodingStep;
import io.maskflow.decoder.TokenProposal;
import io.maskflow.experiments.config.ConfigurationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TraceLogTest {

    @TempDir
    private Path folder;

    private List<JsonNode> lines(TraceLog log, int... tokens) throws IOException {
        Path file = folder.resolve("trace.jsonl");
        log.write(file, Map.of("decoder", "remdm"), new DecodedResponse(tokens, 2, new float[tokens.length]), "answer");
        List<JsonNode> lines = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            lines.add(new ObjectMapper().readTree(line));
        }
        return lines;
    }

    @Test
    void aDiscreteStepShowsWhatIsFilledAndWhatIsMaskedAgain() throws IOException {
        TraceLog log = new TraceLog(2, id -> "<" + id + ">");
        TokenProposal proposal = new TokenProposal(new int[] {5, 6}, new float[] {0.5f, 0.25f});
        boolean[] both = {true, true};
        boolean[] none = {false, false};
        boolean[] first = {true, false};
        boolean[] second = {false, true};
        log.onStep(DecodingStep.discrete(0, 0, 2, 0, proposal, both, first, none));
        log.onStep(DecodingStep.discrete(0, 1, 2, 0, proposal, second, second, first));
        List<JsonNode> lines = lines(log, 5, 6);
        assertThat(lines).hasSize(4);
        assertThat(lines.get(0).toString()).isEqualTo("{\"decoder\":\"remdm\"}");
        assertThat(lines.get(1).toString())
                .isEqualTo(
                        "{\"step\":0,\"from\":0,\"to\":2,\"tokens\":[5,null],\"text\":[\"<5>\",null],\"t\":[1.0,0.0],"
                                + "\"predicted\":[5,6],\"confidence\":[0.5,0.25],\"filled\":[0],\"reEdited\":[],\"committed\":[]}");
        assertThat(lines.get(2).get("tokens").toString()).isEqualTo("[null,6]");
        assertThat(lines.get(2).get("reEdited").toString()).isEqualTo("[0]");
        assertThat(lines.get(3).toString())
                .isEqualTo("{\"tokens\":[5,6],\"t\":[0.0,0.0],\"nfe\":2,\"answer\":\"answer\"}");
    }

    @Test
    void aFlowStepShowsProgressReEditsAndTheCommitment() throws IOException {
        TraceLog log = new TraceLog(3, Integer::toString);
        float[] none = {};
        // two positions from 1 on, of a block that reaches beyond the response
        log.onStep(new DecodingStep(
                0,
                4,
                9,
                1,
                new int[] {7, 8, 9},
                new float[] {0.9f, 0.5f, 0.1f},
                new boolean[] {true, true, true},
                none,
                new float[] {0.25f, 0.5f, 1f},
                none,
                none,
                new float[3],
                new float[] {1f, 0.5f, 0.1f},
                new boolean[] {false, true, true},
                new int[] {1},
                new boolean[0]));
        JsonNode line = lines(log, 1, 7, 8).get(1);
        assertThat(line.get("step").intValue()).isEqualTo(4);
        assertThat(line.get("to").intValue()).isEqualTo(3);
        assertThat(line.get("tokens").toString()).isEqualTo("[null,7,8]");
        assertThat(line.get("t").toString()).isEqualTo("[0.0,1.0,0.5]");
        assertThat(line.get("reEdited").toString()).isEqualTo("[2]");
        assertThat(line.get("committed").toString()).isEqualTo("[1]");
        assertThat(line.get("fraction").toString()).isEqualTo("[0.25,0.5]");
    }

    @Test
    void aFileThatCannotBeWrittenIsNamed() {
        TraceLog log = new TraceLog(1, Integer::toString);
        Path nowhere = folder.resolve("none/trace.jsonl");
        assertThatThrownBy(() -> log.write(nowhere, Map.of(), new DecodedResponse(new int[1], 1, new float[1]), ""))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith("--trace must name a file that can be written, was " + nowhere);
    }
}
