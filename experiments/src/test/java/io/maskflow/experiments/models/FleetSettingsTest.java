package io.maskflow.experiments.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.maskflow.experiments.config.ConfigFiles;
import io.maskflow.experiments.config.ConfigurationException;
import org.junit.jupiter.api.Test;

class FleetSettingsTest {

    private static FleetSettings of(String yaml) {
        return ConfigFiles.option("fleet", yaml, FleetSettings.class);
    }

    @Test
    void workersTakeTheDevicesInTurnAndThereIsOneForEachGpu() {
        assertThat(of("{ devices: [gpu:0, gpu:1] }").workerDevices()).containsExactly("gpu:0", "gpu:1");
        assertThat(of("{ devices: [gpu:0, gpu:1], workers: 3 }").workerDevices())
                .containsExactly("gpu:0", "gpu:1", "gpu:0");
        assertThat(of("{ devices: cpu, workers: 2 }").workerDevices()).containsExactly("cpu", "cpu");
        assertThat(of("{ devices: cpu }").workerDevices())
                .hasSize(Runtime.getRuntime().availableProcessors())
                .containsOnly("cpu");
    }

    @Test
    void propertiesOfTheClusterArePassedOnAsTheyStand() {
        FleetSettings settings =
                of("{ type: spark, master: 'local-cluster[2,1,1024]', spark: { spark.executor.memory: 4g } }");
        assertThat(settings.spark()).containsEntry("spark.executor.memory", "4g");
        assertThat(settings.cluster()).isTrue();
    }

    @Test
    void whatCannotBeIsNamed() {
        assertThatThrownBy(() -> of("{ devices: tpu }")).hasMessageContaining("fleet.devices must be auto or a list");
        assertThatThrownBy(() -> of("{ type: ray }")).hasMessageContaining("must be in-process or spark, was \"ray\"");
        assertThatThrownBy(() -> of("{ shape: row }")).hasMessageContaining("shape must be one of group, sample");
    }

    /** The libraries of the cluster are not on the class path of these tests, as they are not on a user's by default. */
    @Test
    void aClusterWithoutItsLibrariesSaysHowToGetThem() {
        assertThatThrownBy(
                        () -> of("{ type: spark, master: 'spark://here:7077' }").open(device -> {
                            throw new AssertionError("no worker, no model");
                        }))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("MASKFLOW_SPARK=1")
                .hasMessageContaining("docs/CLUSTER.md");
    }
}
