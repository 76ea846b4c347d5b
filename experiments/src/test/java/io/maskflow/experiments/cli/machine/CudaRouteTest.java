package io.maskflow.experiments.cli.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class CudaRouteTest {

    @Test
    void theRouteFollowsFromEnvironmentAndLibraries() {
        assertThat(CudaRoute.of(Map.of(), "/lib/pytorch-native-cpu-2.7.1-linux-x86_64.jar:/lib/api.jar"))
                .isEqualTo(CudaRoute.CPU_LIBRARIES);
        assertThat(CudaRoute.of(Map.of(), "/lib/pytorch-native-cu124-2.5.1-linux-x86_64.jar"))
                .isEqualTo(CudaRoute.REGISTRY);
        assertThat(CudaRoute.of(Map.of(), "/lib/pytorch-jni-2.7.1-0.35.1.jar")).isEqualTo(CudaRoute.DOWNLOAD);
        assertThat(CudaRoute.of(Map.of("PYTORCH_LIBRARY_PATH", "/torch/lib"), "/lib/pytorch-native-cpu-2.7.1.jar"))
                .isEqualTo(CudaRoute.OWN_LIBTORCH);
    }

    @Test
    void aGpuThatTheEngineDoesNotSeeIsToldWithTheWayOut() {
        assertThat(CudaRoute.CPU_LIBRARIES.says(false, 0)).startsWith("no NVIDIA driver");
        assertThat(CudaRoute.CPU_LIBRARIES.says(true, 0))
                .contains("the engine sees no GPU", "for the CPU", "docs/DEVICES.md");
        assertThat(CudaRoute.REGISTRY.says(true, 2)).startsWith("route 2");
    }
}
