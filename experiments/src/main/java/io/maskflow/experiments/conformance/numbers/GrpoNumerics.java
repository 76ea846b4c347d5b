package io.maskflow.experiments.conformance.numbers;

import com.fasterxml.jackson.databind.JsonNode;
import io.maskflow.experiments.conformance.Comparison;
import io.maskflow.experiments.conformance.ConformanceGroup.CaseResult;
import io.maskflow.policy.distribution.SpecialFunctions;
import io.maskflow.policy.distribution.StepDistribution;
import io.maskflow.policy.grpo.ClippedSurrogate;
import io.maskflow.policy.grpo.GroupAdvantage;
import io.maskflow.policy.grpo.GrpoConfig.AdvantageLevel;
import io.maskflow.policy.grpo.GrpoConfig.CompletionMode;
import io.maskflow.policy.grpo.GrpoConfig.KlEstimator;
import io.maskflow.policy.grpo.GrpoConfig.Normalisation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The cases of {@code numerics/grpo}: rewards and advantages per weight, surrogates per clip range and KL weight. */
final class GrpoNumerics {

    private static final Map<String, AdvantageLevel> LEVELS = Map.of(
            "per_token", AdvantageLevel.PER_POSITION,
            "pooled", AdvantageLevel.POOLED,
            "trajectory", AdvantageLevel.TRAJECTORY);
    private static final Map<String, Normalisation> NORMALISATIONS = Map.of(
            "centered", Normalisation.NONE,
            "std_unbiased_eps1e_4", Normalisation.UNBIASED,
            "std_population_eps1e_4", Normalisation.POPULATION);

    private GrpoNumerics() {}

    static List<CaseResult> cases(JsonNode golden) {
        List<CaseResult> results = new ArrayList<>();
        for (JsonNode weight : golden.get("cases")) {
            results.add(advantages(golden, weight));
        }
        for (JsonNode surrogate : golden.get("surrogate").get("cases")) {
            results.add(surrogate(golden.get("surrogate"), surrogate, "trajectory_mean"));
            results.add(surrogate(golden.get("surrogate"), surrogate, "token_mean"));
        }
        return results;
    }

    private static CaseResult advantages(JsonNode golden, JsonNode weight) {
        Comparison c = new Comparison();
        double lambda = weight.get("lam").doubleValue();
        for (int b = 0; b < weight.get("reward").size(); b++) {
            double[] task = NumericsConformance.flat(golden.get("task_reward").get(b));
            double[][] progress = matrix(golden.get("t_final").get(b));
            double[][] reward = GroupAdvantage.reward(task, progress, lambda);
            compare(c, "reward", weight.get("reward").get(b), reward);
            for (Map.Entry<String, AdvantageLevel> level : LEVELS.entrySet()) {
                for (Map.Entry<String, Normalisation> by : NORMALISATIONS.entrySet()) {
                    String name = level.getKey() + "_" + by.getKey();
                    if (weight.has(name)) {
                        GroupAdvantage advantage = new GroupAdvantage(
                                level.getValue(), by.getValue(), 1e-4, 0, lambda, CompletionMode.SUM);
                        compare(c, name, weight.get(name).get(b), advantage.compared(reward));
                    }
                }
            }
        }
        return c.result("advantages lambda " + lambda);
    }

    /** Trajectory-level goldens have one number per sample. */
    private static void compare(Comparison c, String what, JsonNode golden, double[][] ours) {
        for (int g = 0; g < ours.length; g++) {
            for (int i = 0; i < ours[g].length; i++) {
                JsonNode value = golden.get(g);
                NumericsConformance.close(c, what, value.isArray() ? value.get(i) : value, ours[g][i]);
            }
        }
    }

    private static double[][] matrix(JsonNode rows) {
        double[][] matrix = new double[rows.size()][];
        for (int g = 0; g < matrix.length; g++) {
            matrix[g] = NumericsConformance.flat(rows.get(g));
        }
        return matrix;
    }

    /**
     * Sizes of the terms that make up the slopes of the divergence, {@code w kappa (|alpha - alpha_q| psi'(alpha) + |beta -
     * beta_q| psi'(beta))} and the like for {@code kappa}: they cancel one another, and the surrogate's part too. The goldens
     * were differentiated by PyTorch, whose {@code trigamma} ends its series four terms after {@code x + 6} and is off by up to
     * 2e-9 for small {@code x} (with that series in place of the exact one the goldens come out to 1e-15): relative to the
     * terms that is within the tolerance, relative to what is left of them it may not be.
     */
    private static double[] klTerms(double weight, StepDistribution p, StepDistribution q) {
        double a = Math.abs(p.alpha() - q.alpha()) * SpecialFunctions.trigamma(p.alpha());
        double b = Math.abs(p.beta() - q.beta()) * SpecialFunctions.trigamma(p.beta());
        double k = Math.abs(p.kappa() - q.kappa()) * SpecialFunctions.trigamma(p.kappa());
        return new double[] {weight * p.kappa() * (a + b), weight * (p.mu() * a + (1 - p.mu()) * b + k)};
    }

    private static CaseResult surrogate(JsonNode inputs, JsonNode golden, String average) {
        Comparison c = new Comparison();
        double[] y = NumericsConformance.flat(inputs.get("y"));
        double[] old = NumericsConformance.flat(inputs.get("log_prob_old"));
        double[] advantage = NumericsConformance.flat(inputs.get("advantage"));
        double[] mask = NumericsConformance.flat(inputs.get("mask"));
        double[] mu = NumericsConformance.flat(inputs.get("mu_new"));
        double[] kappa = NumericsConformance.flat(inputs.get("kappa_new"));
        double[] muOld = NumericsConformance.flat(inputs.get("mu_old"));
        double[] kappaOld = NumericsConformance.flat(inputs.get("kappa_old"));
        double[] ratio = NumericsConformance.flat(golden.get("ratio"));
        double[] gradientMu = NumericsConformance.flat(golden.get("grad_" + average + "_mu"));
        double[] gradientKappa = NumericsConformance.flat(golden.get("grad_" + average + "_kappa"));
        double eps = golden.get("clip_eps").doubleValue();
        ClippedSurrogate surrogate =
                new ClippedSurrogate(eps, eps, golden.get("kl_beta").doubleValue(), KlEstimator.ANALYTIC, 0);
        int trajectories = inputs.get("y").size();
        int each = y.length / trajectories;
        int positions = advantage.length / trajectories;
        double all = Arrays.stream(mask).sum();
        double loss = 0;
        double clipped = 0;
        for (int d = 0; d < y.length; d++) {
            if (mask[d] == 0) {
                continue;
            }
            int j = d / each;
            double own = Arrays.stream(mask, j * each, (j + 1) * each).sum();
            double weight = average.equals("token_mean") ? 1 / all : 1 / (own * trajectories);
            ClippedSurrogate.Term term = surrogate.term(
                    new StepDistribution(mu[d], kappa[d]),
                    y[d],
                    old[d],
                    advantage[j * positions + d % each % positions],
                    new StepDistribution(muOld[d], kappaOld[d]));
            loss += weight * term.loss();
            clipped += term.clipped() ? 1 / all : 0;
            NumericsConformance.close(c, "ratio", ratio[d], term.ratio(), 0);
            double[] terms = klTerms(
                    weight * golden.get("kl_beta").doubleValue(),
                    new StepDistribution(mu[d], kappa[d]),
                    new StepDistribution(muOld[d], kappaOld[d]));
            NumericsConformance.close(
                    c, "d/dmu", gradientMu[d], weight * term.slope().mu(), Math.max(1e-4, terms[0]));
            NumericsConformance.close(
                    c, "d/dkappa", gradientKappa[d], weight * term.slope().kappa(), Math.max(1e-4, terms[1]));
        }
        NumericsConformance.close(c, "loss", golden.get("loss_" + average), loss);
        NumericsConformance.close(c, "clip fraction", golden.get("clip_fraction"), clipped);
        return c.result(String.format(
                Locale.ROOT,
                "surrogate clip %s kl %s %s",
                eps,
                golden.get("kl_beta").asText(),
                average));
    }
}
