package io.maskflow.experiments.finetuning;

import io.maskflow.alignment.AlignConfig;
import io.maskflow.alignment.Alignment;
import io.maskflow.alignment.TrainingProgress;
import io.maskflow.alignment.data.SelfGeneratedAnswers;
import io.maskflow.alignment.data.TrainingExample;
import io.maskflow.alignment.data.TrainingExamples;
import io.maskflow.alignment.network.BackboneFolder;
import io.maskflow.alignment.recipe.TrainingConfig;
import io.maskflow.decoder.DecodeRequest;
import io.maskflow.decoder.DecodedResponse;
import io.maskflow.decoder.DecodingObserver;
import io.maskflow.decoder.SampleKey;
import io.maskflow.decoder.backbone.BackboneInfo;
import io.maskflow.decoder.backbone.MaskPredictor;
import io.maskflow.decoder.backbone.network.BackboneOptions;
import io.maskflow.decoder.backbone.network.BackboneOverrides;
import io.maskflow.decoder.backbone.network.Backbones;
import io.maskflow.decoder.tokenizer.Tokenizer;
import io.maskflow.experiments.models.PlainDecoding;
import io.maskflow.experiments.problems.FolderChatTemplate;
import io.maskflow.reward.problem.prompt.ChatTemplate;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.IntConsumer;

/**
 * {@code align}: fine-tuning on the built-in world or on a file of instructions.
 *
 * <p>First phase, for objectives that learn from the model's own answers: prompts are
 * answered by plain mask prediction (in blocks where the model's attention is block-causal) and kept in {@code answers.jsonl}; stopped, it goes on where it was. Second phase:
 * training.
 *
 * @paper XF Sec. 5.1
 */
public final class AlignRun {

    /** The prompts are not those that the base model was trained on: another stream of the same compositions. */
    private static final long PROMPTS = 1_000_003;

    private static final int TOGETHER = 32;

    private AlignRun() {}

    /**
     * Generates answers where the settings ask for it, then trains.
     *
     * @param config settings
     * @param source folder of the model that {@code config.backbone()} names
     * @param words folder of its tokenizer; copied beside the weights if it is another
     * @param data the file that {@code config.data()} names; not used for built-in data
     * @param out run folder: {@code answers.jsonl}, {@code model/}, {@code metrics.jsonl}, {@code checkpoints/}
     * @param resume go on from the newest checkpoint, if there is one; answers that are there are always kept
     * @param answered told the number of answers made so far
     * @param progress told after every training step
     * @return the aligned model's folder
     * @throws IOException if a file cannot be read or written
     */
    public static Path run(
            AlignConfig config,
            Path source,
            Path words,
            Path data,
            Path out,
            boolean resume,
            IntConsumer answered,
            TrainingProgress progress)
            throws IOException {
        Alignment.requireTrainable(config, source); // before hours of answers
        List<InstructionRows.Instruction> rows;
        try (Tokenizer tokenizer = Tokenizer.open(words)) {
            rows = config.data().builtin() ? builtin(config, tokenizer) : file(config, source, data, tokenizer);
        }
        List<TrainingExample> answers = config.selfGenerated()
                ? selfGenerated(config, source, rows, out.resolve("answers.jsonl"), answered)
                : rows.stream()
                        .map(row -> new TrainingExample(row.promptIds(), row.answerIds()))
                        .toList();
        TrainingExamples examples =
                TrainingExamples.repeated(answers, config.training().seed());
        Path model = new Alignment(config, source, examples).run(out, resume, progress);
        if (!words.equals(source)) {
            BackboneFolder.copyTokenizer(words, model);
        }
        return model;
    }

    private static List<InstructionRows.Instruction> builtin(AlignConfig config, Tokenizer tokenizer) {
        TrainingConfig training = config.training();
        BuiltinExamples stream = new BuiltinExamples(tokenizer, training.seed() + PROMPTS, training.responseLength());
        List<InstructionRows.Instruction> references = new ArrayList<>(config.answers());
        for (int i = 0; i < config.answers(); i++) {
            TrainingExample pair = stream.example(i);
            references.add(new InstructionRows.Instruction(pair.promptIds(), pair.answerIds()));
        }
        return references;
    }

    private static List<InstructionRows.Instruction> file(
            AlignConfig config, Path source, Path data, Tokenizer tokenizer) {
        ChatTemplate chat = config.data().chat() ? FolderChatTemplate.of(source, "data.chat") : ChatTemplate.PLAIN;
        int N = config.training().responseLength();
        int vocabulary = Backbones.describe(source).vocabularySize();
        return new InstructionRows(config.data(), chat, tokenizer, vocabulary, N, !config.selfGenerated())
                .read(data, config.answers());
    }

    private static List<TrainingExample> selfGenerated(
            AlignConfig config, Path source, List<InstructionRows.Instruction> rows, Path file, IntConsumer answered)
            throws IOException {
        List<int[]> prompts =
                rows.stream().map(InstructionRows.Instruction::promptIds).toList();
        BackboneOptions options = new BackboneOptions(
                BackboneOptions.Precision.F32, config.training().device());
        try (MaskPredictor backbone =
                Backbones.open(source, Optional.empty(), BackboneOverrides.of(config.backbone()), options)) {
            return SelfGeneratedAnswers.complete(
                    file, prompts, TOGETHER, some -> answer(config, backbone, some), answered);
        }
    }

    private static List<int[]> answer(AlignConfig config, MaskPredictor backbone, List<int[]> prompts) {
        int N = config.training().responseLength();
        SampleKey noDraws = new SampleKey(config.training().seed(), 0, 0, 0); // low-confidence remasking draws nothing
        DecodeRequest request = new DecodeRequest(
                prompts.stream()
                        .map(prompt -> new DecodeRequest.Sample(prompt, noDraws))
                        .toList(),
                N,
                config.answerBudget().steps(N));
        BackboneInfo info = backbone.info();
        return PlainDecoding.of(info).decode(backbone, request, DecodingObserver.NONE).stream()
                .map(DecodedResponse::tokenIds)
                .map(ids -> asWritten(ids, info))
                .toList();
    }

    /**
     * An answer as the model wrote it: up to the first token that ends a text or a turn, and with that token unless it is the
     * one that training fills the rest of a response with.
     */
    static int[] asWritten(int[] ids, BackboneInfo info) {
        int before = Tokenizer.lengthBeforeEnd(ids, info.endIds());
        boolean ended = before < ids.length && ids[before] != info.endId();
        return Arrays.copyOf(ids, before + (ended ? 1 : 0));
    }
}
