package io.maskflow.reward.answer;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * LaTeX answers brought to one form before their texts are compared. Two published rules: that of the MATH data set (Hendrycks et
 * al. 2021), used by d1 and EvoToken, and that of Minerva (Lewkowycz et al. 2022, appendix D), used by lm-evaluation-harness.
 */
final class MathText {
    private static final Pattern INTEGER = Pattern.compile("[+-]?\\d+");
    private static final Pattern PLAIN_INTEGER = Pattern.compile("0|-?[1-9]\\d*");
    private static final String UNIT = "\\text{ ";

    /** Minerva: what is exchanged, in this order. */
    private static final List<List<String>> EXCHANGED = List.of(
            List.of("an ", ""),
            List.of("a ", ""),
            List.of(".$", "$"),
            List.of("\\$", ""),
            List.of("\\ ", ""),
            List.of(" ", ""),
            List.of("mbox", "text"),
            List.of(",\\text{and}", ","),
            List.of("\\text{and}", ","),
            List.of("\\text{m}", "\\text{}"));

    /** Minerva: units and ornaments that are left out, in this order. */
    private static final List<String> LEFT_OUT = List.of(
            "square",
            "ways",
            "integers",
            "dollars",
            "mph",
            "inches",
            "ft",
            "hours",
            "km",
            "units",
            "\\ldots",
            "sue",
            "points",
            "feet",
            "minutes",
            "digits",
            "cents",
            "degrees",
            "cm",
            "gm",
            "pounds",
            "meters",
            "meals",
            "edges",
            "students",
            "childrentickets",
            "multiples",
            "\\text{s}",
            "\\text{.}",
            "\\text{\ns}",
            "\\text{}^2",
            "\\text{}^3",
            "\\text{\n}",
            "\\text{}",
            "\\mathrm{th}",
            "^\\circ",
            "^{\\circ}",
            "\\;",
            ",\\!",
            "{,}",
            "\"",
            "\\dots");

    private MathText() {}

    /** Equality by the rule of the MATH data set: of the normal forms, or of the texts where one has no normal form. */
    static boolean equal(String first, String second) {
        Optional<String> one = hendrycks(first);
        Optional<String> other = hendrycks(second);
        return one.isPresent() && other.isPresent() ? one.equals(other) : first.equals(second);
    }

    /**
     * The normal form of the MATH data set: no line ends, blanks, negative spaces, {@code \left}, {@code \right}, degree, dollar
     * and percent signs; one kind of fraction, with braces; roots with braces; no unit in {@code \text{ }} at the end; a zero
     * before a leading point; {@code x =} before the answer left out; {@code 1/2} and 0.5 as fractions. Empty where the published
     * rule gives up: two units, a fraction or root of nothing, one slash between what are no integers.
     */
    static Optional<String> hendrycks(String latex) {
        String s = latex.replace("\n", "")
                .replace("\\!", "")
                .replace("\\\\", "\\")
                .replace("tfrac", "frac")
                .replace("dfrac", "frac")
                .replace("\\left", "")
                .replace("\\right", "")
                .replace("^{\\circ}", "")
                .replace("^\\circ", "")
                .replace("\\$", "");
        int unit = s.indexOf(UNIT);
        if (unit != s.lastIndexOf(UNIT)) {
            return Optional.empty();
        }
        s = unit < 0 ? s : s.substring(0, unit);
        s = s.replace("\\%", "").replace(" .", " 0.").replace("{.", "{0.");
        if (s.isEmpty()) {
            return Optional.of(s);
        }
        s = s.startsWith(".") ? "0" + s : s;
        int equals = s.indexOf('=');
        if (equals >= 0 && equals <= 2 && equals == s.lastIndexOf('=')) {
            s = s.substring(equals + 1);
        }
        return roots(s).map(text -> text.replace(" ", ""))
                .flatMap(MathText::fractions)
                .map(text -> text.equals("0.5") ? "\\frac{1}{2}" : text)
                .flatMap(MathText::slash);
    }

    /** {@code \sqrt2} with braces around what is below the root; empty if that is nothing. */
    private static Optional<String> roots(String latex) {
        String[] parts = latex.split("\\\\sqrt", -1);
        StringBuilder out = new StringBuilder(parts[0]);
        for (int i = 1; i < parts.length; i++) {
            if (parts[i].isEmpty()) {
                return Optional.empty();
            }
            boolean braced = parts[i].startsWith("{");
            out.append("\\sqrt").append(braced ? parts[i] : "{" + parts[i].charAt(0) + "}" + parts[i].substring(1));
        }
        return Optional.of(out.toString());
    }

    /**
     * {@code \frac12} and {@code \frac1{72}} with braces around each part. A text with a fraction of one sign only stays as it is;
     * empty if a fraction has none.
     */
    private static Optional<String> fractions(String latex) {
        String[] parts = latex.split("\\\\frac", -1);
        StringBuilder out = new StringBuilder(parts[0]);
        for (int i = 1; i < parts.length; i++) {
            String part = parts[i];
            if (part.isEmpty()) {
                return Optional.empty();
            }
            if (!part.startsWith("{") && part.length() < 2) {
                return Optional.of(latex);
            }
            out.append("\\frac");
            if (part.startsWith("{")) {
                out.append(part);
            } else {
                String below = part.charAt(1) == '{' ? "{" : "{" + part.charAt(1) + "}";
                out.append('{').append(part.charAt(0)).append('}').append(below).append(part.substring(2));
            }
        }
        return Optional.of(out.toString());
    }

    /** {@code 1/2} as a fraction; empty if the parts of a single slash are no integers. */
    private static Optional<String> slash(String latex) {
        String[] parts = latex.split("/", -1);
        if (parts.length != 2) {
            return Optional.of(latex);
        }
        if (!INTEGER.matcher(parts[0]).matches() || !INTEGER.matcher(parts[1]).matches()) {
            return Optional.empty();
        }
        boolean plain = PLAIN_INTEGER.matcher(parts[0]).matches()
                && PLAIN_INTEGER.matcher(parts[1]).matches();
        return Optional.of(plain ? "\\frac{" + parts[0] + "}{" + parts[1] + "}" : latex);
    }

    /**
     * The normal form of Minerva: what stands after the last equals sign, without articles, units and ornaments, without
     * {@code \text}, bold, overline and boxes around it, short fractions and roots with braces, no dollar signs, no thousands
     * separators.
     */
    static String minerva(String latex) {
        String s = latex.substring(latex.lastIndexOf('=') + 1);
        for (List<String> pair : EXCHANGED) {
            s = s.replace(pair.get(0), pair.get(1));
        }
        for (String ornament : LEFT_OUT) {
            s = s.replace(ornament, "");
        }
        s = s.replaceAll("(.*?)\\$(.*?)\\$(.*)", "\\$$2\\$")
                .replaceAll("\\\\text\\{(.*?)\\}", "$1")
                .replaceAll("\\\\textbf\\{(.*?)\\}", "$1")
                .replaceAll("\\\\overline\\{(.*?)\\}", "$1")
                .replaceAll("\\\\boxed\\{(.*)\\}", "$1")
                .replaceAll("frac([^{])(.)", "frac{$1}{$2}")
                .replaceAll("sqrt([^{])", "sqrt{$1}")
                .replace("$", "");
        String digits = s.replace(",", "");
        return !digits.isEmpty() && digits.chars().allMatch(c -> c >= '0' && c <= '9') ? digits : s;
    }
}
