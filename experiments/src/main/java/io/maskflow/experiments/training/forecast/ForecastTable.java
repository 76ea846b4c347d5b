package io.maskflow.experiments.training.forecast;

import java.io.PrintStream;
import java.util.Locale;
import java.util.Optional;

/** Says what a run will cost, a line for each part. */
public final class ForecastTable {

    private ForecastTable() {}

    /**
     * @param forecast what was counted
     * @param promptTokens mean prompt length
     * @param calibration what things cost here, if that was measured
     * @param out where it is printed
     */
    public static void print(
            CostForecast forecast, double promptTokens, Optional<Calibration> calibration, PrintStream out) {
        line(out, "forecast", "model calls", "tokens", calibration.isPresent() ? "hours" : "");
        for (CostForecast.Part part : forecast.parts()) {
            line(
                    out,
                    "  " + part.name(),
                    grouped(part.modelCalls()),
                    grouped(part.tokens(promptTokens)),
                    calibration.map(c -> hours(c.hours(part))).orElse(""));
        }
        line(
                out,
                "  together",
                grouped(forecast.modelCalls()),
                grouped(forecast.tokens(promptTokens)),
                calibration.map(c -> hours(c.hours(forecast))).orElse(""));
        calibration
                .filter(c -> c.callShare() < 1)
                .ifPresent(c -> out.printf(
                        Locale.ROOT,
                        "  a response ends after %.1f calls of at most %.1f by what the policy starts from: %.0f %% of training"
                                + " and validation are saved%n",
                        c.callsMade(),
                        c.callsAllowed(),
                        100 * (1 - c.callShare())));
        calibration.ifPresent(c -> out.printf(
                Locale.ROOT,
                "  measured now: %.2f ms a call of %.0f prompt and response tokens, %.1f ms a program, %.2f us a decision,"
                        + " on %d worker%s; memory %.1f GB%n",
                1e3 * c.secondsPerCall(),
                promptTokens + forecast.parts().get(0).responseLength(),
                1e3 * c.secondsPerProgram(),
                1e6 * c.secondsPerDecision(),
                c.workers(),
                c.workers() == 1 ? "" : "s",
                c.residentBytes() / 1e9));
    }

    private static void line(PrintStream out, String name, String calls, String tokens, String hours) {
        String text = String.format(Locale.ROOT, "%-26s %15s %20s %10s", name, calls, tokens, hours);
        out.println(text.stripTrailing());
    }

    private static String grouped(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    private static String hours(double hours) {
        return String.format(Locale.ROOT, hours < 10 ? "%.3f" : "%.1f", hours);
    }
}
