package io.maskflow.experiments.conformance.numbers;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.maskflow.experiments.conformance.ConformanceGroup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NumericsConformanceTest {

    @TempDir
    Path folder;

    @Test
    void missingFilesGiveNoCases() {
        for (ConformanceGroup group : NumericsConformance.groups()) {
            assertThat(group.run(folder)).as(group.name()).isEmpty();
        }
    }

    /** KL(Beta(1, 1) || Beta(1, 1)) = 0 with zero slopes, given right and given wrong by 1e-8. */
    @Test
    void aValueThatIsOffByMoreThanTheToleranceFails() throws IOException {
        assertThat(divergence(0).passed()).isTrue();
        assertThat(divergence(1e-8).passed()).isFalse();
    }

    private ConformanceGroup.CaseResult divergence(double stored) throws IOException {
        ObjectMapper json = new ObjectMapper();
        ObjectNode golden = json.createObjectNode().put("a_min", 0.00390625).put("a_max", 1.0);
        golden.putArray("rows");
        golden.putArray("kl")
                .addObject()
                .put("mu_p", 0.5)
                .put("kappa_p", 2.0)
                .put("mu_q", 0.5)
                .put("kappa_q", 2.0)
                .put("kl_p_q", stored)
                .put("dkl_dmu_p", 0.0)
                .put("dkl_dkappa_p", 0.0);
        Files.createDirectories(folder.resolve("numerics"));
        json.writeValue(folder.resolve("numerics/beta_policy.json").toFile(), golden);
        return NumericsConformance.groups().get(0).run(folder).get(0);
    }
}
