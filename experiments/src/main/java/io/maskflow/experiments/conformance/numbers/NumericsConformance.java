package io.maskflow.experiments.conformance.numbers;

import com.fasterxml.jackson.databind.JsonNode;
import io.maskflow.experiments.conformance.Comparison;
import io.maskflow.experiments.conformance.ConformanceGroup;
import io.maskflow.experiments.conformance.JsonGroup;
import io.maskflow.policy.PolicyFile;
import io.maskflow.policy.PolicyNetwork;
import io.maskflow.policy.PolicyShape;
import io.maskflow.policy.PolicyState;
import io.maskflow.policy.distribution.LogScaleAction;
import io.maskflow.policy.distribution.SpecialFunctions;
import io.maskflow.policy.distribution.StepDistribution;
import io.maskflow.policy.grpo.backend.LearnerBackend;
import io.maskflow.policy.grpo.backend.LearnerBackend.Choice;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * {@code numerics/beta_policy}, {@code policy_forward}, {@code grpo}, {@code softmask}: relative 1e-9 in double; the
 * embeddings of {@code evotoken_embeddings}, whose shares are single precision, within 1e-6.
 *
 * <p>One kind of value needs a wider reading. The derivatives of KL(p || q) with respect to kappa were stored with a
 * trigamma that is off by up to 4.5e-10 relative; where the two terms of the chain rule cancel this grows to 1.8e-9 of
 * the result (a test of the policy shows ours to agree with 30-digit arithmetic). They are held to 1e-9 of their terms.
 */
public final class NumericsConformance {

    private static final double TOLERANCE = 1e-9;
    /** Below this a value counts as zero: 1e-12 absolute. */
    private static final double FLOOR = 1e-3;

    private NumericsConformance() {}

    /** The groups of numbers in double precision. */
    public static List<ConformanceGroup> groups() {
        return List.of(
                JsonGroup.of("numerics/beta_policy", (golden, fixtures) -> betaPolicy(golden)),
                JsonGroup.of("numerics/policy_forward", NumericsConformance::policyForward),
                JsonGroup.of("numerics/grpo", (golden, fixtures) -> GrpoNumerics.cases(golden)),
                JsonGroup.of("numerics/softmask", (golden, fixtures) -> FeedbackNumerics.softMask(golden)),
                JsonGroup.of("numerics/evotoken_embeddings", (golden, fixtures) -> FeedbackNumerics.evoToken(golden)));
    }

    /** Relative to the golden value, or to {@code scale} where that is larger. */
    static void close(Comparison comparison, String what, double golden, double ours, double scale) {
        double unit = Math.max(scale, Math.abs(golden));
        comparison.close(what, "relative to " + (float) unit, golden / unit, ours / unit, TOLERANCE);
    }

    static void close(Comparison comparison, String what, JsonNode golden, double ours) {
        close(comparison, what, Comparison.number(golden), ours, FLOOR);
    }

    static double[] flat(JsonNode node) {
        if (!node.isArray()) {
            return new double[] {node.isBoolean() ? (node.booleanValue() ? 1 : 0) : Comparison.number(node)};
        }
        List<double[]> parts = new ArrayList<>();
        node.forEach(part -> parts.add(flat(part)));
        return parts.stream().flatMapToDouble(Arrays::stream).toArray();
    }

    private static List<ConformanceGroup.CaseResult> betaPolicy(JsonNode golden) {
        List<ConformanceGroup.CaseResult> results = new ArrayList<>();
        LogScaleAction action = new LogScaleAction(
                golden.get("a_min").doubleValue(), golden.get("a_max").doubleValue());
        for (JsonNode row : golden.get("rows")) {
            Comparison c = new Comparison();
            StepDistribution beta = new StepDistribution(
                    row.get("mu").doubleValue(), row.get("kappa").doubleValue());
            double y = row.get("y").doubleValue();
            close(c, "log density", row.get("log_pdf_y"), beta.logDensity(y));
            close(c, "d/dmu", row.get("dlogpdf_dmu"), beta.logDensitySlope(y).mu());
            close(
                    c,
                    "d/dkappa",
                    row.get("dlogpdf_dkappa"),
                    beta.logDensitySlope(y).kappa());
            close(c, "entropy", row.get("entropy_y"), beta.entropy());
            close(c, "dH/dmu", row.get("dentropy_dmu"), beta.entropySlope().mu());
            close(
                    c,
                    "dH/dkappa",
                    row.get("dentropy_dkappa"),
                    beta.entropySlope().kappa());
            close(c, "a(y)", row.get("a_of_y"), action.of(y));
            close(c, "u(y)", row.get("u_of_y"), action.log2(y));
            close(c, "a(E[y])", row.get("a_if_mean_y_were_used"), action.of(beta.mu()));
            for (Map.Entry<String, JsonNode> range : row.get("expectation_of_a").properties()) {
                String[] ends = range.getKey().split("\\.\\.");
                LogScaleAction ranged = new LogScaleAction(Double.parseDouble(ends[0]), Double.parseDouble(ends[1]));
                close(c, "E[a]", range.getValue(), ranged.expectation(beta));
            }
            results.add(c.result("mu " + (float) beta.mu() + " kappa " + (float) beta.kappa()));
        }
        for (JsonNode row : golden.get("kl")) {
            Comparison c = new Comparison();
            StepDistribution p = new StepDistribution(
                    row.get("mu_p").doubleValue(), row.get("kappa_p").doubleValue());
            StepDistribution q = new StepDistribution(
                    row.get("mu_q").doubleValue(), row.get("kappa_q").doubleValue());
            close(c, "KL", row.get("kl_p_q"), p.divergence(q));
            close(c, "dKL/dmu", row.get("dkl_dmu_p"), p.divergenceSlope(q).mu());
            double terms = Math.abs((p.alpha() - q.alpha()) * SpecialFunctions.trigamma(p.alpha()))
                    + Math.abs((p.kappa() - q.kappa()) * SpecialFunctions.trigamma(p.kappa()));
            double slope = p.divergenceSlope(q).kappa();
            close(c, "dKL/dkappa", row.get("dkl_dkappa_p").doubleValue(), slope, Math.max(FLOOR, terms));
            results.add(c.result("kl of mu " + (float) p.mu() + " from mu " + (float) q.mu()));
        }
        return results;
    }

    private static List<ConformanceGroup.CaseResult> policyForward(JsonNode golden, Path fixtures) {
        PolicyShape shape = new PolicyShape(
                PolicyState.PAPER,
                golden.get("hidden").intValue(),
                PolicyShape.PAPER_MU_MIN,
                PolicyShape.PAPER_MU_MAX,
                golden.get("kappa_min").doubleValue(),
                golden.get("kappa_max").doubleValue(),
                LogScaleAction.PAPER);
        PolicyNetwork policy;
        try {
            policy = PolicyFile.read(
                    fixtures.resolve("numerics")
                            .resolve(golden.get("policy_file").asText()),
                    shape);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
        List<ConformanceGroup.CaseResult> results = new ArrayList<>();
        for (int i = 0; i < golden.get("logits").size(); i++) {
            results.add(row(golden, i, policy));
        }
        results.add(gradients(golden, policy));
        return results;
    }

    private static ConformanceGroup.CaseResult row(JsonNode golden, int i, PolicyNetwork policy) {
        Comparison c = new Comparison();
        double[] p = withoutMask(
                flat(golden.get("logits").get(i)), golden.get("mask_id").intValue());
        int argmax = 0;
        for (int v = 1; v < p.length; v++) {
            argmax = p[v] > p[argmax] ? v : argmax;
        }
        c.same("argmax", golden.get("argmax").get(i).intValue(), argmax);
        close(c, "confidence", golden.get("confidence").get(i), p[argmax]);
        Arrays.sort(p);
        int n = p.length;
        double[] state = PolicyState.paper(
                new double[] {p[n - 1], p[n - 2], p[n - 3], p[n - 4]},
                golden.get("t").get(i).doubleValue(),
                golden.get("rho").doubleValue());
        for (int f = 0; f < state.length; f++) {
            close(c, "features", golden.get("features").get(i).get(f), state[f]);
        }
        StepDistribution beta = policy.distribution(flat(golden.get("features").get(i)));
        close(c, "mu", golden.get("mu").get(i), beta.mu());
        close(c, "kappa", golden.get("kappa").get(i), beta.kappa());
        close(
                c,
                "E[a]",
                golden.get("expected_a").get(i),
                policy.shape().action().expectation(beta));
        double y = golden.get("y").get(i).doubleValue();
        close(c, "log p(y)", golden.get("log_prob").get(i), beta.logDensity(y));
        return c.result("row " + i);
    }

    /** {@code softmax(z)} with {@code z[mask] = -inf}. */
    private static double[] withoutMask(double[] logits, int maskId) {
        double[] p = new double[logits.length];
        logits[maskId] = Double.NEGATIVE_INFINITY;
        double max = Arrays.stream(logits).max().orElseThrow();
        double sum = 0;
        for (int v = 0; v < p.length; v++) {
            p[v] = Math.exp(logits[v] - max);
            sum += p[v];
        }
        for (int v = 0; v < p.length; v++) {
            p[v] /= sum;
        }
        return p;
    }

    private static ConformanceGroup.CaseResult gradients(JsonNode golden, PolicyNetwork policy) {
        Comparison c = new Comparison();
        double[] states = flat(golden.get("features"));
        double[] y = flat(golden.get("y"));
        double[] gradient = LearnerBackend.of(Choice.FASTEST)
                .gradient(policy, states, (first, count, mu, kappa, dMu, dKappa) -> {
                    for (int r = 0; r < count; r++) {
                        StepDistribution.Slope slope =
                                new StepDistribution(mu[r], kappa[r]).logDensitySlope(y[first + r]);
                        dMu[r] = slope.mu();
                        dKappa[r] = slope.kappa();
                    }
                });
        int at = 0;
        for (Map.Entry<String, int[]> tensor :
                PolicyFile.tensorShapes(8, policy.shape().hidden()).entrySet()) {
            int count = Arrays.stream(tensor.getValue()).reduce(1, (a, b) -> a * b);
            JsonNode expected = golden.get("sum_log_prob_grad").get(tensor.getKey());
            double squares = 0;
            for (int k = 0; k < count; k++) {
                squares += gradient[at + k] * gradient[at + k];
            }
            close(c, tensor.getKey() + " norm", expected.get("norm"), Math.sqrt(squares));
            for (int k = 0; k < expected.get("first").size(); k++) {
                close(c, tensor.getKey(), expected.get("first").get(k), gradient[at + k]);
            }
            at += count;
        }
        return c.result("gradient of the summed log probabilities");
    }
}
