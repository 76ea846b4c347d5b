package io.maskflow.experiments.cli.machine;

import java.util.Map;

/** By which of the roads of docs/DEVICES.md the tensor engine comes to its CUDA libraries, if by any. */
enum CudaRoute {
    /** The user's own libtorch. */
    OWN_LIBTORCH("route 1, libraries from PYTORCH_LIBRARY_PATH"),
    /** CUDA libraries of the package registry. */
    REGISTRY("route 2, CUDA libraries of the package registry (profile cuda)"),
    /** No native libraries among the dependencies: the tensor library downloads them. */
    DOWNLOAD("route 3, libraries downloaded by the tensor library"),
    /** The libraries that the default build brings compute on the CPU. */
    CPU_LIBRARIES("the libraries of this build are for the CPU");

    private final String words;

    CudaRoute(String words) {
        this.words = words;
    }

    /**
     * The road of a process.
     *
     * @param environment its environment
     * @param classPath its class path, wildcards resolved
     */
    static CudaRoute of(Map<String, String> environment, String classPath) {
        if (!environment.getOrDefault("PYTORCH_LIBRARY_PATH", "").isBlank()) {
            return OWN_LIBTORCH;
        }
        if (classPath.matches("(?s).*pytorch-native-cu\\d.*")) {
            return REGISTRY;
        }
        return classPath.contains("pytorch-native-cpu") ? CPU_LIBRARIES : DOWNLOAD;
    }

    /**
     * What to tell somebody about GPUs.
     *
     * @param driver whether this machine has an NVIDIA driver
     * @param gpus how many GPUs the engine sees
     */
    String says(boolean driver, int gpus) {
        if (gpus > 0) {
            return words;
        }
        return driver
                ? "an NVIDIA driver is here but the engine sees no GPU: " + words + "; docs/DEVICES.md has three routes"
                : "no NVIDIA driver here, nothing to set up";
    }
}
