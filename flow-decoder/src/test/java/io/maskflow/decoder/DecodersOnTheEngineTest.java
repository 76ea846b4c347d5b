package io.maskflow.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.maskflow.decoder.backbone.AttentionRule;
import io.maskflow.decoder.backbone.DecodingSession;
import io.maskflow.decoder.backbone.Interpolation;
import io.maskflow.decoder.backbone.LogitRules;
import io.maskflow.decoder.backbone.MaskPredictor;
import io.maskflow.decoder.backbone.engine.NetworkPredictor;
import io.maskflow.decoder.backbone.network.BackboneOptions;
import io.maskflow.decoder.backbone.network.Backbones;
import io.maskflow.decoder.dream.DreamDecoder;
import io.maskflow.decoder.dream.DreamSettings;
import io.maskflow.decoder.evotoken.EvoTokenDecoder;
import io.maskflow.decoder.evotoken.EvoTokenSettings;
import io.maskflow.decoder.flow.ConstantStepSize;
import io.maskflow.decoder.flow.FlowDecoder;
import io.maskflow.decoder.flow.FlowSettings;
import io.maskflow.decoder.llada2.BlockSampler;
import io.maskflow.decoder.llada2.BlockSamplerSettings;
import io.maskflow.decoder.maskprediction.BlockCache;
import io.maskflow.decoder.maskprediction.MaskPredictionDecoder;
import io.maskflow.decoder.maskprediction.MaskPredictionSettings;
import io.maskflow.decoder.remdm.RemdmDecoder;
import io.maskflow.decoder.remdm.RemdmSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every decoder promises with a real engine: no array is left behind, and a row does not depend on its neighbours. */
class DecodersOnTheEngineTest {

    private static final int STEPS = 1000;
    private static NetworkPredictor llada;
    private static NetworkPredictor llada2;

    @BeforeAll
    static void open() {
        Path golden = Path.of("src/test/resources/golden");
        llada = Backbones.open(golden.resolve("llada-tiny"), BackboneOptions.standard());
        llada2 = Backbones.open(golden.resolve("llada2-tiny"), BackboneOptions.standard());
    }

    @AfterAll
    static void close() {
        llada.close();
        llada2.close();
    }

    private static Map<String, Decoder> decoders() {
        MaskPredictionSettings mask = MaskPredictionSettings.defaults().withBlockLength(4);
        FlowSettings flow = FlowSettings.defaults().withCommittedFinal(false);
        Map<String, Decoder> decoders = new TreeMap<>();
        decoders.put("mask-prediction", new MaskPredictionDecoder(mask.withTemperature(1)));
        decoders.put("prefix", new MaskPredictionDecoder(mask.withBlocks(4, BlockCache.PREFIX)));
        decoders.put("dual", new MaskPredictionDecoder(mask.withBlocks(4, BlockCache.DUAL)));
        decoders.put(
                "dream",
                new DreamDecoder(new DreamSettings(DreamSettings.defaults().algorithm(), 1e-3, 0.5, 0.9, 5, 0.1)));
        decoders.put("remdm", new RemdmDecoder(RemdmSettings.defaults()));
        decoders.put("flow", new FlowDecoder(flow, new ConstantStepSize(0.25)));
        decoders.put("slerp", new FlowDecoder(flow.withInterpolation(Interpolation.SLERP), new ConstantStepSize(0.25)));
        decoders.put("evotoken", new EvoTokenDecoder(EvoTokenSettings.defaults()));
        Decoder blocks = new BlockSampler(BlockSamplerSettings.defaults().withBlockLength(4));
        decoders.put("llada2", new UnderBlocks(blocks, 4));
        return decoders;
    }

    static Stream<String> names() {
        return decoders().keySet().stream();
    }

    @ParameterizedTest
    @MethodSource("names")
    void aRowAloneGetsWhatItGetsInABatchPaddedOnTheLeft(String name) {
        Decoder decoder = decoders().get(name);
        NetworkPredictor model = name.equals("llada2") ? llada2 : llada;
        List<DecodeRequest.Sample> samples = new ArrayList<>();
        for (int row = 0; row < 8; row++) {
            int[] prompt = new Random(row).ints(1 + row % 4 * 2, 0, 300).toArray();
            samples.add(new DecodeRequest.Sample(prompt, new SampleKey(0, 0, row, 0)));
        }
        List<DecodedResponse> together = decoder.decode(model, new DecodeRequest(samples, 8, 6), DecodingObserver.NONE);
        for (int row = 0; row < 8; row++) {
            DecodedResponse alone = decoder.decode(
                            model, new DecodeRequest(List.of(samples.get(row)), 8, 6), DecodingObserver.NONE)
                    .get(0);
            assertThat(together.get(row).tokenIds()).as("row %d", row).containsExactly(alone.tokenIds());
            assertThat(together.get(row).nfe()).isEqualTo(alone.nfe());
        }
    }

    /**
     * Rows join three at a time between steps, and one of each three is dropped again: no bit of the others changes, where the
     * model computes a row among others as it computes it alone.
     */
    @ParameterizedTest
    @MethodSource("names")
    void joiningAndLeavingBetweenStepsChangesNoBitOfAnyRow(String name) {
        Decoder decoder = decoders().get(name);
        NetworkPredictor network = name.equals("llada2") ? llada2 : llada;
        MaskPredictor model = name.equals("llada2") ? network.under(AttentionRule.blocksOfText(4)) : network;
        decoder.decode(model, asked(0), DecodingObserver.NONE); // reads weights and makes tables that stay
        int before = network.liveArrays();
        Map<Integer, List<DecodingStep>> seen = new TreeMap<>();
        Map<RowInProgress, Integer> numbers = new IdentityHashMap<>();
        Map<Integer, DecodedResponse> responses = new TreeMap<>();
        Map<Integer, int[]> settled = new TreeMap<>();
        LogitRules rules = decoder.logitRules(model.info());
        int length = DecodingLoop.positions(asked(0), decoder.rows(model.info(), asked(0)));
        boolean sameInBatches = sameInBatches(model, length);
        try (RunningBatch batch = new RunningBatch(model, rules, length)) {
            for (int row = 0; row < 9 || batch.size() > 0; ) {
                for (int joining = 0; joining < 3 && row < 9; joining++, row++) {
                    int number = row;
                    List<? extends RowInProgress> rows = decoder.rows(model.info(), asked(number));
                    numbers.put(rows.get(0), number);
                    seen.put(number, new ArrayList<>());
                    batch.join(List.of(prompt(number)), rows, step -> seen.get(number)
                            .add(step));
                }
                batch.step().forEach(done -> responses.put(numbers.get(done.row()), done.response()));
                batch.leave(one -> numbers.get(one) % 3 == 1);
                numbers.forEach((one, number) -> settled.merge(number, one.settled(), (old, now) -> {
                    assertThat(Arrays.copyOf(now, old.length)).containsExactly(old);
                    return now;
                }));
            }
        }
        assertThat(responses.keySet()).containsExactly(0, 2, 3, 5, 6, 8);
        assertThat(network.liveArrays()).isEqualTo(before);
        responses.forEach((number, response) -> {
            List<DecodingStep> alone = new ArrayList<>();
            DecodedResponse only =
                    decoder.decode(model, asked(number), alone::add).get(0);
            assertThat(response.tokenIds()).containsExactly(only.tokenIds());
            assertThat(settled.get(number)).containsExactly(only.tokenIds());
            assertThat(response.nfe()).isEqualTo(only.nfe());
            assertThat(seen.get(number)).hasSameSizeAs(alone);
            for (int step = 0; step < alone.size(); step++) {
                // how a matrix product of a few rows is summed depends on how many they are: an expert sees few tokens;
                // where that
                // holds for the whole model, it grows over the steps, and a row mistaken for another would still show
                float apart = sameInBatches ? 0 : 1e-3f;
                assertThat(seen.get(number).get(step).confidence())
                        .containsExactly(
                                alone.get(step).confidence(),
                                Offset.offset(name.equals("llada2") ? Math.max(apart, 1e-5f) : apart));
            }
        });
    }

    /** Whether this machine's matrix products give a row the same bits among others as alone: most do, nobody promises it. */
    private static boolean sameInBatches(MaskPredictor model, int length) {
        LogitRules rules = LogitRules.without(model.info().maskId(), 1);
        for (int rows = 2; rows <= 6; rows++) {
            List<int[]> prompts =
                    IntStream.range(0, rows).mapToObj(row -> prompt(row)).toList();
            float[] together;
            try (DecodingSession session = model.open(prompts, length)) {
                together = session.predict(rules).argmaxProbability();
            }
            for (int row = 0; row < rows; row++) {
                try (DecodingSession session = model.open(prompts.subList(row, row + 1), length)) {
                    float[] alone = session.predict(rules).argmaxProbability();
                    if (!Arrays.equals(alone, Arrays.copyOfRange(together, row * length, (row + 1) * length))) {
                        return false;
                    }
                }
            }
        }
        return true;
    }

    private static int[] prompt(int number) {
        return new Random(number).ints(5, 0, 300).toArray();
    }

    private static DecodeRequest asked(int number) {
        return new DecodeRequest(
                List.of(new DecodeRequest.Sample(prompt(number), new SampleKey(0, 0, number, 0))), 8, 6);
    }

    @Test
    void aPromptOfAnotherLengthCannotJoin() {
        try (DecodingSession session = llada.open(List.of(new int[] {1, 2}), 8)) {
            assertThatThrownBy(() -> session.join(List.of(new int[] {1, 2, 3})))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("one length only");
            assertThat(session.rows()).isEqualTo(1);
        }
    }

    /** As many arrays are alive at a step as at the same step of the first decoding. */
    @ParameterizedTest
    @MethodSource("names")
    void liveArraysStayConstant(String name) {
        Decoder decoder = decoders().get(name);
        NetworkPredictor model = name.equals("llada2") ? llada2 : llada;
        List<Integer> first = live(decoder, model); // makes tables for the length that stay
        int after = model.liveArrays();
        int steps = first.size();
        while (steps < STEPS) {
            List<Integer> again = live(decoder, model);
            assertThat(again).isEqualTo(first);
            steps += again.size();
        }
        assertThat(model.liveArrays()).isEqualTo(after);
    }

    /** Live arrays after each step of two rows of different prompts. */
    private static List<Integer> live(Decoder decoder, NetworkPredictor model) {
        List<DecodeRequest.Sample> samples = List.of(
                new DecodeRequest.Sample(new int[] {1, 2, 3}, new SampleKey(0, 0, 0, 0)),
                new DecodeRequest.Sample(new int[] {4}, new SampleKey(0, 0, 1, 0)));
        List<Integer> live = new ArrayList<>();
        decoder.decode(model, new DecodeRequest(samples, 8, 16), step -> live.add(model.liveArrays()));
        return live;
    }
}
