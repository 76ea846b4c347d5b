package io.maskflow.experiments.pages;

import java.util.Map;

/** The page of {@code serve}: a prompt, one or two decoders, and their tokens on the way. One file, no network but the server. */
public final class LivePage {

    private LivePage() {}

    /**
     * The page.
     *
     * @param facts what the script finds as {@code page.data}
     */
    public static String of(Map<String, Object> facts) {
        return Page.withoutCharts("live", "maskflow, live", BODY, facts);
    }

    private static final String BODY = "<p>to be written</p>";
}
