package io.maskflow.experiments.serving;

import io.maskflow.decoder.DecodeRequest;
import io.maskflow.decoder.DecodedResponse;
import io.maskflow.decoder.DecodingStep;
import io.maskflow.decoder.RowInProgress;
import io.maskflow.decoder.SampleKey;
import io.maskflow.experiments.run.TraceLog;
import io.maskflow.experiments.serving.batch.Job;
import io.maskflow.experiments.serving.batch.Metrics;
import io.maskflow.experiments.serving.request.Completion;
import io.maskflow.experiments.serving.request.Refusal;
import io.maskflow.experiments.serving.request.ServedModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/** One request on its way from jobs to an answer. Called by the threads that decode. */
final class Answering {

    private final Completion asked;
    private final ServedModel model;
    private final Outgoing out;
    private final Metrics metrics;
    private final Answer answer;
    private final Answer.Choice[] choices;
    private int left;
    private boolean refused;

    Answering(Completion asked, ServedModel model, Outgoing out, Metrics metrics) {
        this.asked = asked;
        this.model = model;
        this.out = out;
        this.metrics = metrics;
        this.answer = new Answer(asked);
        this.choices = new Answer.Choice[asked.choices()];
        this.left = asked.choices();
    }

    /** The jobs of the request, one per prompt. */
    List<Job> jobs() {
        List<Job> jobs = new ArrayList<>();
        for (int p = 0; p < asked.prompts().size(); p++) {
            List<DecodeRequest.Sample> samples = new ArrayList<>();
            for (int sample = 0; sample < asked.n(); sample++) {
                samples.add(
                        new DecodeRequest.Sample(asked.prompts().get(p), new SampleKey(asked.seed(), 0, 0, sample)));
            }
            DecodeRequest request = new DecodeRequest(samples, asked.length(), asked.steps());
            try {
                List<? extends RowInProgress> rows = asked.decoder().rows(model.info(), request);
                jobs.add(new Job(asked.decoder(), request, rows, new OfPrompt(p)));
            } catch (IllegalArgumentException misfit) {
                throw Refusal.body(misfit.getMessage());
            }
        }
        return jobs;
    }

    /** The samples of one prompt; sample {@code s} of prompt {@code p} is choice {@code p n + s}. */
    private final class OfPrompt implements Job.Progress {

        private final int first;
        private final String echoed;
        private final String[] sent;
        private final int[] settledBefore;
        private final List<TraceLog> traces = new ArrayList<>();

        OfPrompt(int prompt) {
            this.first = prompt * asked.n();
            this.echoed = asked.echoed().get(prompt);
            this.sent = new String[asked.n()];
            this.settledBefore = new int[asked.n()];
            for (int sample = 0; asked.trace() && sample < asked.n(); sample++) {
                traces.add(new TraceLog(asked.length(), id -> model.tokenizer().decode(new int[] {id})));
            }
        }

        @Override
        public boolean abandoned() {
            return out.gone();
        }

        @Override
        public void stepped(DecodingStep step) {
            if (asked.stream()) {
                out.pulse();
            }
            if (asked.trace()) {
                TraceLog trace = traces.get(step.row());
                trace.onStep(step);
                List<TraceLog.Step> steps = trace.steps();
                out.eventIfKeptUp(Map.of(
                        "object", "maskflow.step",
                        "index", first + step.row(),
                        "steps", step.totalSteps(),
                        "length", asked.length(),
                        "step", steps.get(steps.size() - 1)));
            }
        }

        @Override
        public void settled(int sample, int[] tokens) {
            if (asked.stream() && tokens.length > settledBefore[sample]) {
                settledBefore[sample] = tokens.length;
                AnswerText seen =
                        AnswerText.sofar(model.tokenizer(), model.info().endIds(), tokens, asked.stops());
                say(sample, seen.text());
            }
        }

        /** Sends what is new. Text is only ever added to. */
        private void say(int sample, String text) {
            String before = sent[sample] == null ? "" : sent[sample];
            if (text.length() > before.length() && text.startsWith(before)) {
                boolean begins = sent[sample] == null;
                out.event(
                        answer.piece(first + sample, (begins ? echoed : "") + text.substring(before.length()), begins));
                sent[sample] = text;
            }
        }

        @Override
        public void done(int sample, DecodedResponse response) {
            AnswerText text =
                    AnswerText.whole(model.tokenizer(), model.info().endIds(), response.tokenIds(), asked.stops());
            Answer.Choice choice = new Answer.Choice(text, response.nfe());
            if (asked.stream()) {
                boolean begins = sent[sample] == null;
                String before = begins ? "" : sent[sample];
                String rest = (begins ? echoed : "") + text.text().substring(before.length());
                out.event(answer.end(first + sample, rest, begins, choice));
            }
            finished(first + sample, choice);
        }

        @Override
        public void failed(Refusal why) {
            refuse(why);
        }
    }

    private synchronized void finished(int index, Answer.Choice choice) {
        choices[index] = choice;
        left--;
        if (left > 0 || refused) {
            return;
        }
        List<Answer.Choice> all = Collections.unmodifiableList(Arrays.asList(choices));
        metrics.used(
                asked.promptTokens(),
                all.stream().mapToInt(one -> one.text().tokens()).sum(),
                all.stream().mapToInt(Answer.Choice::nfe).sum());
        if (!asked.stream()) {
            out.json(200, answer.whole(all));
            return;
        }
        if (asked.streamUsage()) {
            out.event(answer.usageChunk(all));
        }
        out.end();
    }

    /** One refusal ends the whole request. */
    synchronized void refuse(Refusal why) {
        if (!refused) {
            refused = true;
            out.refuse(why);
            out.leave();
        }
    }
}
