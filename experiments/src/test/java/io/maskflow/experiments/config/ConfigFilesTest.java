package io.maskflow.experiments.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.maskflow.decoder.DecodingBudget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigFilesTest {

    enum Order {
        LOW_CONFIDENCE,
        RANDOM
    }

    /** A record of another module: no annotation, its defaults in one method. */
    record Clip(double low, double high) {
        Clip {
            if (!(low > 0 && low < 1)) {
                throw new IllegalArgumentException("low must lie in (0, 1), was " + low);
            }
        }

        public static Clip defaults() {
            return new Clip(0.2, 0.3);
        }
    }

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
    @JsonSubTypes({
        @JsonSubTypes.Type(value = Step.Constant.class, name = "constant"),
        @JsonSubTypes.Type(value = Step.Learned.class, name = "policy")
    })
    sealed interface Step {
        record Constant(double fraction) implements Step {
            public static Constant defaults() {
                return new Constant(0.25);
            }
        }

        record Learned(Path file) implements Step {}
    }

    record Recipe(
            long seed,
            int steps,
            DecodingBudget budget,
            Boolean evaluate,
            Order order,
            Clip clip,
            Map<String, Step> steppers,
            List<DecodingBudget> budgets,
            String name) {
        Recipe {
            if (steps < 1) {
                throw new IllegalArgumentException("steps must be at least 1, was " + steps);
            }
            evaluate = evaluate == null || evaluate;
            clip = clip == null ? Clip.defaults() : clip;
        }
    }

    record OneVariant(Step.Constant step) {
        public static OneVariant defaults() {
            return new OneVariant(new Step.Constant(0.5));
        }
    }

    @TempDir
    Path folder;

    private Path file(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text);
    }

    private Recipe load(String text, String... overrides) throws IOException {
        return ConfigFiles.load(file("a.yaml", text), List.of(overrides), Recipe.class)
                .value();
    }

    private void refuses(String text, String message, String... overrides) {
        assertThatThrownBy(() -> load(text, overrides))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage(message.replace("@", folder.resolve("a.yaml").toString()));
    }

    @Test
    void missingKeysTakeTheDefaultsOfTheirRecord() throws IOException {
        Recipe recipe =
                load("seed: 7\nsteps: 3\nclip: {high: 0.4}\nsteppers: {a: constant, b: {type: policy, file: p}}\n");
        assertThat(recipe.evaluate()).isTrue();
        assertThat(recipe.clip()).isEqualTo(new Clip(0.2, 0.4));
        assertThat(recipe.steppers())
                .containsEntry("a", new Step.Constant(0.25))
                .containsEntry("b", new Step.Learned(Path.of("p")));
    }

    @Test
    void budgetsAreFractionsAndOneValueIsAListOfOne() throws IOException {
        Recipe recipe = load("seed: 1\nsteps: 3\nbudget: 1/4\nbudgets: 1\norder: low-confidence\n");
        assertThat(recipe.budget()).isEqualTo(new DecodingBudget(1, 4));
        assertThat(recipe.budgets()).containsExactly(new DecodingBudget(1, 1));
        assertThat(recipe.order()).isEqualTo(Order.LOW_CONFIDENCE);
    }

    @Test
    void includesAreMergedDeeplyAndTheLaterOneWins() throws IOException {
        file(
                "base/one.yaml",
                "seed: 1\nsteps: 1\nclip: {low: 0.1, high: 0.9}\nsteppers: {a: {type: constant, fraction: 0.5}}\n");
        file("base/two.yaml", "steps: 2\nclip: {high: 0.8}\n");
        Recipe recipe =
                load("steppers: {a: {type: policy, file: x}}\nseed: 3\ninclude: [base/one.yaml, base/two.yaml]\n");
        assertThat(recipe.seed()).isEqualTo(3);
        assertThat(recipe.steps()).isEqualTo(2);
        assertThat(recipe.clip()).isEqualTo(new Clip(0.1, 0.8));
        assertThat(recipe.steppers()).containsEntry("a", new Step.Learned(Path.of("x")));
    }

    @Test
    void aPartMayIncludeItsOwnFile() throws IOException {
        file("clip/wide.yaml", "low: 0.4\nhigh: 0.5\n");
        Recipe recipe = load("seed: 3\nsteps: 1\nclip:\n  include: clip/wide.yaml\n  high: 0.6\n");
        assertThat(recipe.clip()).isEqualTo(new Clip(0.4, 0.6));
    }

    @Test
    void overridesAreYamlAndTheLaterOneWins() throws IOException {
        Recipe recipe = load(
                "seed: 1\nsteps: 1\n",
                "steps=5",
                "steps=6",
                "clip.low=1e-1",
                "budgets=[1/4, 1/8]",
                "steppers.a={type: constant, fraction: 0.75}",
                "name=");
        assertThat(recipe.steps()).isEqualTo(6);
        assertThat(recipe.clip()).isEqualTo(new Clip(0.1, 0.3));
        assertThat(recipe.budgets()).containsExactly(new DecodingBudget(1, 4), new DecodingBudget(1, 8));
        assertThat(recipe.steppers()).containsEntry("a", new Step.Constant(0.75));
        assertThat(recipe.name()).isEmpty();
    }

    @Test
    void whatIsWrittenBesideTheResultsLoadsToTheSameRecord() throws IOException {
        LoadedConfig<Recipe> first = ConfigFiles.load(
                file(
                        "a.yaml",
                        "seed: 1\nsteps: 2\nbudget: 1/4\nname: '1/4'\norder: random\nsteppers: {a: constant, b: {type: policy, file: q}}\n"),
                List.of(),
                Recipe.class);
        Path written = folder.resolve("config.yaml");
        first.write(written);
        LoadedConfig<Recipe> second = ConfigFiles.load(written, List.of(), Recipe.class);
        assertThat(second.value()).isEqualTo(first.value());
        assertThat(second.yaml()).isEqualTo(first.yaml());
        assertThat(first.resolved().at("/clip/low").doubleValue()).isEqualTo(0.2);
        assertThat(first.resolved().at("/steppers/a/type").textValue()).isEqualTo("constant");
    }

    @Test
    void aComponentThatIsOneVariantNeedsNoTypeAndAllowsNoOther() throws IOException {
        Path file = file("v.yaml", "step: {fraction: 0.75}\n");
        LoadedConfig<OneVariant> first = ConfigFiles.load(file, List.of(), OneVariant.class);
        assertThat(first.value()).isEqualTo(new OneVariant(new Step.Constant(0.75)));
        first.write(file);
        assertThat(ConfigFiles.load(file, List.of(), OneVariant.class).value()).isEqualTo(first.value());
        file("v.yaml", "step: {type: policy}\n");
        assertThatThrownBy(() -> ConfigFiles.load(file, List.of(), OneVariant.class))
                .hasMessage("type must be constant, was \"policy\" (" + file + ":1: step.type)");
    }

    @Test
    void anchorsAndMergeKeysWork() throws IOException {
        Recipe recipe = load("seed: 1\nsteps: 2\nsteppers:\n  a: &a {type: constant, fraction: 0.5}\n  b: *a\n"
                + "  c: {<<: *a, fraction: 0.1}\n");
        assertThat(recipe.steppers())
                .containsEntry("b", new Step.Constant(0.5))
                .containsEntry("c", new Step.Constant(0.1));
    }

    @Test
    void anUnknownKeyIsRefusedWithTheNearestKnownOneAndItsLine() {
        refuses("seed: 1\nstepz: 2\n", "unknown key \"stepz\", did you mean \"steps\"? (@:2: stepz)");
        refuses("seed: 1\nsteps: 2\nclip:\n  lo: 1\n", "unknown key \"lo\", did you mean \"low\"? (@:4: clip.lo)");
        refuses(
                "seed: 1\nsteps: 2\n",
                "unknown key \"zzzzz\", known: low, high (--set clip.zzzzz=1: clip.zzzzz)",
                "clip.zzzzz=1");
        refuses(
                "seed: 1\nsteps: 2\nsteppers:\n  a:\n    type: constant\n    file: x\n",
                "unknown key \"file\", known: fraction (@:6: steppers.a.file)");
    }

    @Test
    void anUnknownKeyOfAnIncludedFileNamesThatFile() throws IOException {
        Path included = file("base/one.yaml", "seed: 1\n\nstepz: 1\n");
        refuses(
                "include: base/one.yaml\n",
                "unknown key \"stepz\", did you mean \"steps\"? (" + included + ":3: stepz)");
    }

    @Test
    void aWrongTypeSaysWhatIsExpected() {
        refuses("seed: 1\nsteps: many\n", "steps must be a whole number, was \"many\" (@:2: steps)");
        refuses("seed: 1\nsteps: 1.5\n", "steps must be a whole number, was 1.5 (@:2: steps)");
        refuses("seed: 1\nsteps: 1\nevaluate: 3\n", "evaluate must be true or false, was 3 (@:3: evaluate)");
        refuses("seed: 1\nsteps: 1\nclip: 3\n", "clip must be a mapping of keys to values, was 3 (@:3: clip)");
        refuses(
                "seed: 1\nsteps: 1\norder: upward\n",
                "order must be one of low_confidence, random, was \"upward\" (@:3: order)");
        refuses(
                "seed: 1\nsteps: 1\nsteppers: {a: learned}\n",
                "a.type must be one of constant, policy, was \"learned\" (@:3: steppers.a.type)");
        refuses(
                "seed: 1\nsteps: 1\nsteppers: {a: {fraction: 1}}\n",
                "a.type must be one of constant, policy, was missing (@:3: steppers.a)");
    }

    @Test
    void aValueOutOfRangeSaysWhereItStands() {
        refuses("seed: 1\nsteps: 0\n", "steps must be at least 1, was 0 (@:2: steps)");
        refuses("seed: 1\nsteps: 1\nclip:\n  high: 1\n  low: 1.5\n", "low must lie in (0, 1), was 1.5 (@:5: clip.low)");
        refuses("seed: 1\nsteps: 1\n", "low must lie in (0, 1), was -1.0 (--set clip.low=-1: clip.low)", "clip.low=-1");
        refuses(
                "seed: 1\nsteps: 1\nbudget: 0\n",
                "budget must be a fraction of two whole numbers of at least 1, was 0/1 (@:3: budget)");
        refuses(
                "seed: 1\nsteps: 1\nbudgets: [1/4, 1/x]\n",
                "budget must be a fraction of two whole numbers of at least 1, such as 1/4, was \"1/x\" (@:3: budgets[1])");
    }

    @Test
    void aMissingNumberIsNamed() {
        refuses("seed: 1\n", "steps must be given, was missing (@)");
        refuses("", "seed must be given, was missing (@)");
        refuses("# only a comment\n", "seed must be given, was missing (@)");
    }

    @Test
    void whatYamlWouldLetPassIsRefused() {
        refuses("seed: 1\nseed: 2\n", "key \"seed\" must be given once, was given on line 1 already (@:2)");
        refuses("- 1\n- 2\n", "a configuration must be a mapping of keys to values, was a list (@:1)");
        refuses("seed: 1\nclip:\n\tlow: 1\n", "not YAML: a tab must not indent a line, use spaces (@:3)");
        refuses("seed: [1\nsteps: 2\n", "not YAML: expected ',' or ']', but got : (@:2)");
        refuses(
                "seed: 1\nsteps: 1\nclip: &c\n  low: *c\n",
                "settings must not be nested deeper than 100 nor have more than" + " 100000 values (@:3)");
    }

    @Test
    void anIncludeThatLeadsBackIsRefused() throws IOException {
        Path other = file("b.yaml", "include: a.yaml\n");
        assertThatThrownBy(() -> load("include: b.yaml\n"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage("include must not lead back to the same file, was " + folder.resolve("a.yaml") + " ("
                        + other + ": include)");
    }

    @Test
    void aMissingFileIsNamed() {
        Path missing = folder.resolve("none.yaml");
        assertThatThrownBy(() -> ConfigFiles.load(missing, List.of(), Recipe.class))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage("no such configuration file: " + missing);
        refuses("seed: 1\nsteps: 1\n", "--set must look like key=value with a dotted key, was \"steps\"", "steps");
    }

    @Test
    void aMergeKeyOverAPlainValueIsRefused() throws IOException {
        Path file = file("merge.yaml", "clip:\n  <<: abc\n");
        assertThatThrownBy(() -> ConfigFiles.load(file, List.of(), Recipe.class))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage("<< must name a mapping or a list of mappings, was \"abc\" (" + file + ":2)");
    }

    @Test
    void aMissingIncludeIsToldAtItsLine() throws IOException {
        Path file = file("outer.yaml", "seed: 1\ninclude: gone.yaml\n");
        assertThatThrownBy(() -> ConfigFiles.load(file, List.of(), Recipe.class))
                .hasMessage("include must name an existing file, was gone.yaml (" + file + ":2: include)");
    }

    @Test
    void whatReplacesAnIncludedListIsLookedForWhereItStands() throws IOException {
        file("below.yaml", "seed: 1\nsteps: 2\nbudgets:\n  - 1/4\n  - 1/8\n  - 1/2\n");
        Path file = file("above.yaml", "include: below.yaml\nbudgets: [1/4]\n");
        assertThat(ConfigFiles.load(file, List.of(), Recipe.class).placeOf("budgets[2]"))
                .isEqualTo(file + ":2");
    }
}
