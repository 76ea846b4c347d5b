package io.maskflow.experiments.pages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.maskflow.experiments.config.ConfigurationException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplayTest {

    private static JsonNode figures(String page) throws IOException {
        return Page.JSON.readTree(page.split("id=\"data\">")[1].split("</script>")[0]);
    }

    @Test
    void sixtyFourTokensInSixtyFourStepsStayFarBelowAMegabyte() {
        String page = Replay.page("a replay", List.of(SamplePages.flow("one", 64)));
        assertThat(page.getBytes(StandardCharsets.UTF_8).length).isLessThan(700_000);
        assertThat(page)
                .doesNotContainPattern("(src|href)=\"")
                .contains("connect-src 'none'")
                .doesNotContain("fetch(");
    }

    @Test
    void nothingThatWasDecodedCanEndItsElement() throws IOException {
        String page = Replay.page("a <replay>", List.of(SamplePages.flow("one", 8)));
        assertThat(page).doesNotContain(SamplePages.HOSTILE).contains("<h1>a &lt;replay&gt;</h1>");
        assertThat(figures(page).at("/decodings/0/prompt").textValue()).endsWith(SamplePages.HOSTILE);
    }

    /** By hand: token 5 is filled in step 0 and masked again in step 1, where token 6 is filled. */
    @Test
    void aStepIsWrittenByPlacesInTheListOfWords() throws IOException {
        JsonNode decoding =
                figures(Replay.page("r", List.of(SamplePages.discrete("one")))).at("/decodings/0");
        assertThat(decoding.get("words").toString()).isEqualTo("[\"(\",\"x\"]");
        assertThat(decoding.at("/steps/0").toString())
                .isEqualTo("{\"step\":0,\"from\":0,\"tokens\":[0,-1],\"t\":[1000,0],\"predicted\":[0,1],"
                        + "\"confidence\":[500,250],\"filled\":[0],\"again\":[],\"committed\":[]}");
        assertThat(decoding.at("/steps/1/tokens").toString()).isEqualTo("[-1,1]");
        assertThat(decoding.at("/steps/1/again").toString()).isEqualTo("[0]");
        assertThat(decoding.has("verdict")).isFalse();
    }

    @Test
    void aFlowAlsoHasItsFractionsAndTheVerdictItsTests() throws IOException {
        JsonNode decoding =
                figures(Replay.page("r", List.of(SamplePages.flow("one", 9)))).at("/decodings/0");
        // 2^(-8/9) of the second position, in ten thousandths
        assertThat(decoding.at("/steps/0/fraction/1").intValue()).isEqualTo(5400);
        assertThat(decoding.at("/verdict").toString())
                .isEqualTo("{\"kind\":\"failed\",\"tests\":[\"passed\",\"failed\"],\"note\":\"4 != 5\"}");
    }

    @Test
    void aPlaceThatCannotBeWrittenIsNamed(@TempDir Path folder) {
        Path nowhere = folder.resolve("none/replay.html");
        assertThatThrownBy(() -> Replay.write(nowhere, "r", List.of(SamplePages.discrete("one"))))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith("a page needs a file that can be written, was " + nowhere);
    }
}
