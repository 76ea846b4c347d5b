package io.maskflow.experiments.metrics;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The names of training metrics, grouped as the page shows them. {@code docs/METRICS.md} explains each. */
public final class MetricNames {

    private static final Map<String, List<String>> GROUPS = groups();

    /** Names that end in a budget, a price or a term of the reward. */
    private static final Map<String, List<String>> BEGINNINGS = Map.of(
            "Validation", List.of("validation/", "validation_raw/"), "Reward", List.of("reward/", "rewards/", "pass/"));

    private MetricNames() {}

    private static Map<String, List<String>> groups() {
        Map<String, List<String>> groups = new LinkedHashMap<>();
        groups.put("Validation", List.of("validation/score", "validation_raw/score"));
        groups.put(
                "Reward",
                List.of(
                        "reward",
                        "rewards/task/mean",
                        "price_mean",
                        "price_paid",
                        "pass_rate/all",
                        "rewards/completion/mean",
                        "reward_std",
                        "frac_reward_zero_std",
                        "completion_weight"));
        groups.put(
                "Decoding",
                List.of(
                        "t_final_mean",
                        "nfe_mean",
                        "ended_early",
                        "tpf",
                        "reedit_rate",
                        "action_log2_mean",
                        "action_log2_std"));
        groups.put("Policy", List.of("entropy", "mu_mean", "kappa_mean", "kl", "kl_step"));
        groups.put(
                "Learner",
                List.of(
                        "loss",
                        "grad_norm",
                        "lr",
                        "clip_ratio/low_mean",
                        "clip_ratio/high_mean",
                        "clip_ratio/region_mean",
                        "ess",
                        "ratio_mean",
                        "ratio_min",
                        "ratio_max",
                        "decisions"));
        groups.put(
                "Fine-tuning",
                List.of(
                        "mse_masked",
                        "mse_unmasked",
                        "ce_masked",
                        "ce_masked_reference",
                        "kl_masked",
                        "omega_s",
                        "omega_a",
                        "omega_b",
                        "softmax_temperature"));
        groups.put(
                "Run",
                List.of(
                        "step_time",
                        "validation_time",
                        "model_calls",
                        "calls_saved_shared_first_step",
                        "calls_saved_early_finish",
                        "decisions_drawn",
                        "decisions_flat",
                        "no_verdict",
                        "timeouts",
                        "numeric_faults",
                        "resampled"));
        return groups;
    }

    /** All names that have a place, in order. */
    public static List<String> all() {
        return GROUPS.values().stream().flatMap(List::stream).toList();
    }

    /**
     * Sorts names into groups; the figures of each budget, price and term of the reward stand with validation and reward,
     * names without a place come last, under {@code Further}.
     *
     * @param present names found in a log
     * @return group to its present names; empty groups are left out
     */
    public static Map<String, List<String>> grouped(Collection<String> present) {
        Map<String, List<String>> grouped = new LinkedHashMap<>();
        List<String> further = new ArrayList<>(present);
        GROUPS.forEach((group, names) -> {
            List<String> here =
                    new ArrayList<>(names.stream().filter(present::contains).toList());
            present.stream()
                    .filter(name -> begins(name, BEGINNINGS.getOrDefault(group, List.of())) && !here.contains(name))
                    .forEach(here::add);
            further.removeAll(here);
            if (!here.isEmpty()) {
                grouped.put(group, here);
            }
        });
        further.remove("step");
        if (!further.isEmpty()) {
            grouped.put("Further", further);
        }
        return grouped;
    }

    private static boolean begins(String name, List<String> prefixes) {
        return prefixes.stream().anyMatch(name::startsWith);
    }
}
