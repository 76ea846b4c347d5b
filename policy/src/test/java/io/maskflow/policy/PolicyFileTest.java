package io.maskflow.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.maskflow.decoder.tensor.SafetensorsWriter;
import io.maskflow.policy.distribution.LogScaleAction;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PolicyFileTest {

    @TempDir
    Path folder;

    @Test
    void whatIsWrittenIsReadBack() throws IOException {
        PolicyShape shape = new PolicyShape(
                PolicyState.paperWith(List.of("remaining", "budget")),
                5,
                0.01,
                0.9,
                3,
                70,
                new LogScaleAction(0.01, 0.5));
        PolicyNetwork written = PolicyNetwork.initial(shape, 3);
        PolicyFile.write(folder.resolve("policy.safetensors"), written);
        PolicyNetwork read = PolicyFile.read(folder.resolve("policy.safetensors"));
        assertThat(read.shape()).isEqualTo(shape);
        assertThat(read.parameters()).containsExactly(written.parameters());
    }

    @Test
    void theSamePolicyGivesTheSameBytes() throws IOException {
        PolicyNetwork policy = PolicyNetwork.initial(PolicyShape.WIDE, 3);
        PolicyFile.write(folder.resolve("a"), policy);
        PolicyFile.write(folder.resolve("b"), PolicyFile.read(folder.resolve("a")));
        assertThat(folder.resolve("a")).hasSameBinaryContentAs(folder.resolve("b"));
        assertThat(Files.list(folder)).hasSize(2);
    }

    @Test
    void aSnapshotEqualsTheFileWrittenFromIt() throws IOException {
        double[] thirds = PolicyNetwork.initial(PolicyShape.PAPER, 1).parameters();
        java.util.Arrays.setAll(thirds, i -> thirds[i] / 3);
        PolicySnapshot snapshot = new PolicySnapshot(4, new PolicyNetwork(PolicyShape.PAPER, thirds));
        PolicyFile.write(folder.resolve("policy"), snapshot.network());
        assertThat(PolicyFile.read(folder.resolve("policy")).parameters())
                .containsExactly(snapshot.network().parameters());
    }

    @Test
    void withoutMetadataTheValuesMustBeGiven() {
        assertThat(Golden.policy().shape().kappaMax()).isEqualTo(50);
        assertThat(Golden.policy().shape().hidden()).isEqualTo(32);
        assertThatThrownBy(() -> PolicyFile.read(Golden.path("policy-32.safetensors")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no kappa_min")
                .hasMessageContaining("policy-32.safetensors");
    }

    @Test
    void brokenFilesAreNamed() throws IOException {
        Path file = folder.resolve("broken");
        Files.write(file, new byte[] {1, 2, 3});
        assertThatThrownBy(() -> PolicyFile.read(file)).hasMessageContaining("broken");
        PolicyFile.write(file, PolicyNetwork.initial(PolicyShape.PAPER, 0));
        byte[] bytes = Files.readAllBytes(file);
        Files.write(file, java.util.Arrays.copyOf(bytes, bytes.length - 4));
        assertThatThrownBy(() -> PolicyFile.read(file))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("broken");
        assertThatThrownBy(() -> PolicyFile.read(folder.resolve("absent")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("absent");
    }

    @Test
    void aFileOfOtherTensorsIsNoPolicy() throws IOException {
        Path file = folder.resolve("other");
        new SafetensorsWriter(Map.of()).floats("weight", new float[4], 2, 2).write(file);
        assertThatThrownBy(() -> PolicyFile.read(file))
                .hasMessageContaining("not a policy file: tensor mlp.0.weight is missing")
                .hasMessageContaining("other");
    }

    @Test
    void unknownFeaturesAreRefusedWithTheKnownOnes() {
        assertThatThrownBy(() -> PolicyState.named(List.of("p1", "luck")))
                .hasMessageContaining("luck")
                .hasMessageContaining("remaining");
    }
}
