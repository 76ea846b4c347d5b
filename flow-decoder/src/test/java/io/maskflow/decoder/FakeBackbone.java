package io.maskflow.decoder;

import io.maskflow.decoder.backbone.AttentionRule;
import io.maskflow.decoder.backbone.BackboneInfo;
import io.maskflow.decoder.backbone.DecodingSession;
import io.maskflow.decoder.backbone.Interpolation;
import io.maskflow.decoder.backbone.LogitRules;
import io.maskflow.decoder.backbone.MaskPredictor;
import io.maskflow.decoder.backbone.Prediction;
import io.maskflow.decoder.backbone.Shaping;
import io.maskflow.decoder.backbone.Window;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * A small random mask predictor on the plain JVM: the hidden vector of a position is a squashed mixture of its own state, its
 * neighbours' states, the mean state, the mean prompt embedding and its place; the logits are a random linear map of it.
 * Deterministic; a row's numbers do not depend on the other rows. Counts its calls.
 */
public final class FakeBackbone implements MaskPredictor {

    public static final int VOCABULARY = 23;
    public static final int EMBEDDING = 6;
    public static final int MASK = 2;
    public static final int END = 1;

    private static final int HIDDEN = 8;

    private final double[][] embedding;
    private final double[][][] into = new double[4][][];
    private final double[][] out;
    private int blockCausalLength;
    private int calls;
    private int rowCalls;
    private DecodingSession last;
    private final List<Window> windows = new ArrayList<>();
    private float[] lastStates = {};
    private float lowestShare = Float.POSITIVE_INFINITY;
    private double largestShareError;

    /**
     * A network.
     *
     * @param seed of its weights
     * @param sharpness scale of the logits: the larger, the more confident
     * @param maskBias added to the mask token's logit
     */
    public FakeBackbone(long seed, double sharpness, double maskBias) {
        Random random = new Random(seed);
        embedding = matrix(random, VOCABULARY, EMBEDDING, 1);
        for (int w = 0; w < into.length; w++) {
            into[w] = matrix(random, HIDDEN, EMBEDDING, 0.7);
        }
        out = matrix(random, VOCABULARY, HIDDEN + 1, sharpness);
        out[MASK][HIDDEN] += maskBias;
    }

    /** The same as a model that was made for a block-causal mask. */
    public FakeBackbone withBlocks(int length) {
        blockCausalLength = length;
        return this;
    }

    public FakeBackbone(long seed) {
        this(seed, 1.5, 0);
    }

    private static double[][] matrix(Random random, int rows, int columns, double scale) {
        double[][] w = new double[rows][columns];
        for (double[] row : w) {
            for (int j = 0; j < columns; j++) {
                row[j] = scale * random.nextGaussian();
            }
        }
        return w;
    }

    /** Model calls on a batch, whatever its size. */
    public int calls() {
        return calls;
    }

    /** Model calls counted per row. */
    public int rowCalls() {
        return rowCalls;
    }

    /** Windows of all calls so far, row by row. */
    public List<Window> windows() {
        return List.copyOf(windows);
    }

    public double[] embedding(int token) {
        return embedding[token].clone();
    }

    /** States of the last session when it was closed, of the rows still in it. */
    public float[] lastStates() {
        return lastStates.clone();
    }

    /** Smallest coefficient of all updates: a convex mix has none below 0. */
    public float lowestShare() {
        return lowestShare;
    }

    /** Largest distance of the three coefficients' sum from 1 over all updates. */
    public double largestShareError() {
        return largestShareError;
    }

    /** The open session, to look into while decoding. */
    public DecodingSession openSession() {
        return last;
    }

    @Override
    public BackboneInfo info() {
        Set<Integer> ends = Set.of(END);
        return new BackboneInfo(
                "fake",
                "llada",
                VOCABULARY,
                EMBEDDING,
                MASK,
                END,
                ends,
                END,
                4096,
                false,
                AttentionRule.blocksOfText(blockCausalLength));
    }

    @Override
    public DecodingSession open(List<int[]> prompts, int responseLength, AttentionRule attention) {
        last = new Session(prompts, responseLength);
        return last;
    }

    @Override
    public void close() {}

    private final class Session implements DecodingSession {

        private final int n;
        private int[][] prompts;
        private float[] x;
        private double[] expected;

        Session(List<int[]> prompts, int n) {
            this.n = n;
            this.prompts = prompts.stream().map(int[]::clone).toArray(int[][]::new);
            this.x = new float[prompts.size() * n * EMBEDDING];
            for (int j = 0; j < x.length; j++) {
                x[j] = (float) embedding[MASK][j % EMBEDDING];
            }
        }

        @Override
        public int rows() {
            return prompts.length;
        }

        @Override
        public int length() {
            return n;
        }

        @Override
        public long sequencesComputed() {
            return rowCalls;
        }

        @Override
        public Prediction predict(LogitRules rules, List<Window> windows) {
            calls++;
            rowCalls += rows();
            FakeBackbone.this.windows.addAll(windows);
            int k = rules.topK();
            int positions = rows() * n;
            Prediction p = new Prediction(
                    new int[positions],
                    new float[positions],
                    new int[positions * k],
                    new float[positions * k],
                    new float[positions],
                    new float[positions],
                    new float[rules.expectationTemperature() > 0 ? positions : 0],
                    k);
            expected = rules.expectationTemperature() > 0 ? new double[positions * EMBEDDING] : null;
            for (int at = 0; at < positions; at++) {
                Window window = windows.get(at / n);
                if (at % n < window.wantedFrom() || at % n >= window.wantedTo()) {
                    continue;
                }
                double[] z = logits(at / n, at % n, window.keysTo());
                rules.suppressed().forEach(id -> z[id] = Double.NEGATIVE_INFINITY);
                expect(p, at, z, rules.expectationTemperature());
                statistics(p, at, z, rules);
            }
            return p;
        }

        /** Logits of position i when positions 0 .. end are fed. A cache would change nothing: states count, not keys. */
        private double[] logits(int row, int i, int end) {
            double[] prompt = new double[EMBEDDING];
            for (int token : prompts[row]) {
                add(prompt, embedding[token], 1.0 / prompts[row].length);
            }
            double[] mean = new double[EMBEDDING];
            for (int j = 0; j < end; j++) {
                add(mean, state(row, j), 1.0 / end);
            }
            double[] near = new double[EMBEDDING];
            add(near, state(row, Math.max(0, i - 1)), 1);
            add(near, state(row, Math.min(end - 1, i + 1)), -0.5);
            double[] hidden = new double[HIDDEN + 1];
            hidden[HIDDEN] = 1;
            for (int h = 0; h < HIDDEN; h++) {
                double place = Math.sin((i + 1) * (h + 1) * 0.7);
                hidden[h] = Math.tanh(dot(into[0][h], state(row, i))
                        + dot(into[1][h], near)
                        + dot(into[2][h], mean)
                        + dot(into[3][h], prompt)
                        + place);
            }
            double[] z = new double[VOCABULARY];
            for (int v = 0; v < VOCABULARY; v++) {
                z[v] = dot(out[v], hidden);
            }
            return z;
        }

        private void expect(Prediction statistics, int at, double[] z, double temperature) {
            if (expected != null) {
                double[] tempered =
                        Arrays.stream(z).map(logit -> logit / temperature).toArray();
                double lse = logSumExp(tempered);
                for (double logit : tempered) {
                    double p = Math.exp(logit - lse);
                    statistics.temperedEntropy()[at] -= (float) (p > 0 ? p * (logit - lse) : 0);
                }
                for (int j = 0; j < VOCABULARY * EMBEDDING; j++) {
                    double p = Math.exp(tempered[j / EMBEDDING] - lse);
                    expected[at * EMBEDDING + j % EMBEDDING] += p * embedding[j / EMBEDDING][j % EMBEDDING];
                }
            }
        }

        private void statistics(Prediction p, int at, double[] plain, LogitRules rules) {
            Shaping shaping = rules.shaping();
            double[] z = shaping.judged() ? PlainShaping.narrowed(plain, shaping) : plain;
            double lse = logSumExp(z);
            Integer[] byLogit = IntStream.range(0, VOCABULARY).boxed().toArray(Integer[]::new);
            Arrays.sort(byLogit, (u, v) -> Double.compare(z[v], z[u])); // stable: ties to the lowest id
            int chosen = shaping.draws() ? PlainShaping.drawn(plain, shaping, rules.draws()[at]) : byLogit[0];
            p.argmax()[at] = chosen;
            p.logSumExp()[at] = (float) lse;
            for (int r = 0; r < p.k(); r++) {
                p.topId()[at * p.k() + r] = byLogit[r];
                p.topProbability()[at * p.k() + r] = (float) Math.exp(z[byLogit[r]] - lse);
            }
            double entropy = 0;
            for (double logit : z) {
                double q = Math.exp(logit - lse);
                entropy -= q > 0 ? q * (logit - lse) : 0;
            }
            p.entropy()[at] = (float) entropy;
            double[] judged = z.clone();
            rules.suppressedInConfidence().forEach(id -> judged[id] = Double.NEGATIVE_INFINITY);
            p.argmaxProbability()[at] = (float) Math.exp(judged[chosen] - logSumExp(judged));
        }

        private double[] state(int row, int i) {
            double[] s = new double[EMBEDDING];
            for (int e = 0; e < EMBEDDING; e++) {
                s[e] = x[(row * n + i) * EMBEDDING + e];
            }
            return s;
        }

        @Override
        public void mix(float[] keep, float[] toToken, float[] toMask, int[] token) {
            for (int at = 0; at < rows() * n; at++) {
                lowestShare = Math.min(lowestShare, Math.min(keep[at], Math.min(toToken[at], toMask[at])));
                double sum = (double) keep[at] + toToken[at] + toMask[at];
                largestShareError = Math.max(largestShareError, Math.abs(sum - 1));
                for (int e = 0; e < EMBEDDING; e++) {
                    int j = at * EMBEDDING + e;
                    x[j] = (float)
                            (keep[at] * x[j] + toToken[at] * embedding[token[at]][e] + toMask[at] * embedding[MASK][e]);
                }
            }
        }

        @Override
        public void travel(Interpolation road, float[] fraction, boolean[] fromMask, int[] token) {
            for (int at = 0; at < rows() * n; at++) {
                double[] a = fromMask[at] ? embedding[MASK] : state(at / n, at % n);
                double[] y = PlainInterpolation.between(road, a, embedding[token[at]], fraction[at]);
                for (int e = 0; e < EMBEDDING; e++) {
                    x[at * EMBEDDING + e] = (float) y[e];
                }
            }
        }

        @Override
        public void blend(float[] keep, float[] toMask, float[] toExpected, int[] token, float[] toToken, int k) {
            float[] old = x.clone();
            for (int at = 0; at < rows() * n; at++) {
                double sum = (double) keep[at] + toMask[at] + toExpected[at];
                lowestShare = Math.min(lowestShare, Math.min(keep[at], Math.min(toExpected[at], toMask[at])));
                for (int r = 0; r < k; r++) {
                    sum += toToken[at * k + r];
                    lowestShare = Math.min(lowestShare, toToken[at * k + r]);
                }
                largestShareError = Math.max(largestShareError, Math.abs(sum - 1));
                for (int e = 0; e < EMBEDDING; e++) {
                    int j = at * EMBEDDING + e;
                    double value = keep[at] * old[j] + toMask[at] * embedding[MASK][e];
                    value += toExpected[at] == 0 ? 0 : toExpected[at] * expected[j];
                    for (int r = 0; r < k; r++) {
                        value += toToken[at * k + r] * embedding[token[at * k + r]][e];
                    }
                    x[j] = (float) value;
                }
            }
        }

        @Override
        public void retainRows(int[] keep) {
            int[][] kept = new int[keep.length][];
            float[] states = new float[keep.length * n * EMBEDDING];
            for (int r = 0; r < keep.length; r++) {
                kept[r] = prompts[keep[r]];
                System.arraycopy(x, keep[r] * n * EMBEDDING, states, r * n * EMBEDDING, n * EMBEDDING);
            }
            prompts = kept;
            x = states;
        }

        @Override
        public float[] states() {
            return x.clone();
        }

        @Override
        public void close() {
            lastStates = x;
        }
    }

    private static void add(double[] sum, double[] v, double weight) {
        for (int e = 0; e < sum.length; e++) {
            sum[e] += weight * v[e];
        }
    }

    private static double dot(double[] u, double[] v) {
        double sum = 0;
        for (int e = 0; e < v.length; e++) {
            sum += u[e] * v[e];
        }
        return sum;
    }

    private static double logSumExp(double[] z) {
        double max = Arrays.stream(z).max().orElseThrow();
        return max + Math.log(Arrays.stream(z).map(v -> Math.exp(v - max)).sum());
    }
}
