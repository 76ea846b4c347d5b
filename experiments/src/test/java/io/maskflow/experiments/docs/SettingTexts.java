package io.maskflow.experiments.docs;

import io.maskflow.experiments.config.SettingComponents;
import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What the Javadoc of a settings record says of its components. */
final class SettingTexts {

    private static final Pattern PARAMETER = Pattern.compile("@param (\\w+)\\s+(.*?)(?=\\s@|$)");
    private static final Pattern SEE = Pattern.compile("see \\{@link (?:(\\w+)#)?(\\w+)\\(\\)\\}");

    private static final Pattern LIKE = Pattern.compile("see \\{@link (\\w+)\\}, like the components that follow");
    private static final String FOLLOWING = " (like the components that follow)";

    private final Map<String, String> sources = new HashMap<>();
    private final Map<Class<?>, Map<String, String>> known = new HashMap<>();

    SettingTexts() {
        for (Path file : Repository.sources("main")) {
            String path = file.toString().replace('\\', '/').replace(".java", "");
            String text = Repository.text(file);
            sources.put(
                    path.substring(path.indexOf("/java/") + "/java/".length()).replace('/', '.'), text);
            sources.putIfAbsent(file.getFileName().toString().replace(".java", ""), text);
        }
    }

    /** The text of a component in Markdown; empty if there is none. */
    String of(Class<?> type, String component) {
        if (!known.containsKey(type)) { // parameters() may come back here for a record that is written unwrapped
            known.put(type, parameters(type));
        }
        return known.get(type).getOrDefault(component, "");
    }

    /** The first sentence of a type, in Markdown. */
    String summary(Class<?> type) {
        String text = comment(type).split("(?<=\\.)\\s|\\s@|\\s<p>", 2)[0];
        return markdown(text);
    }

    private Map<String, String> parameters(Class<?> type) {
        Map<String, String> own = raw(type);
        Map<String, String> texts = new HashMap<>();
        Function<String, String> following = name -> "";
        for (RecordComponent component : SettingComponents.of(type)) {
            String name = component.getName();
            if (component.getDeclaringRecord() != type) {
                texts.put(name, of(component.getDeclaringRecord(), name));
                continue;
            }
            String text = own.getOrDefault(name, "");
            Matcher see = SEE.matcher(text);
            Matcher elsewhere = LIKE.matcher(text);
            if (elsewhere.matches()) {
                Map<String, String> theirs = raw(elsewhere.group(1));
                following = other -> markdown(theirs.getOrDefault(other, ""));
            } else if (text.endsWith(FOLLOWING)) {
                String same = markdown(text.replace(FOLLOWING, ""));
                following = other -> same;
            }
            texts.put(
                    name,
                    see.matches()
                            ? method(see.group(1) == null ? top(type) : see.group(1), see.group(2))
                            : text.isEmpty() || elsewhere.matches()
                                    ? following.apply(name)
                                    : markdown(text.replace(FOLLOWING, "")));
        }
        return texts;
    }

    private Map<String, String> raw(Class<?> type) {
        return parameters(comment(type));
    }

    private Map<String, String> raw(String type) {
        return parameters(before("(?:record|final class) " + type + "\\b", sources.getOrDefault(type, "")));
    }

    private static Map<String, String> parameters(String comment) {
        Map<String, String> texts = new HashMap<>();
        Matcher parameter = PARAMETER.matcher(comment);
        while (parameter.find()) {
            texts.put(parameter.group(1), parameter.group(2));
        }
        return texts;
    }

    /** The comment before the declaration of a record, without its stars, on one line. */
    private String comment(Class<?> type) {
        return before("record " + type.getSimpleName() + "\\(", sources.getOrDefault(top(type), ""));
    }

    private String method(String type, String method) {
        String text = before("\\b" + method + "\\(\\)", sources.getOrDefault(type, ""));
        return markdown(text.split("\\s@", 2)[0]);
    }

    private static String before(String declaration, String source) {
        Matcher there = Pattern.compile(
                        "/\\*\\*((?:(?!\\*/).)*)\\*/(?:(?!/\\*\\*|[;}]).)*?" + declaration, Pattern.DOTALL)
                .matcher(source);
        return there.find()
                ? List.of(there.group(1).split("\n")).stream()
                        .map(line -> line.strip().replaceFirst("^\\*\\s?", "").strip())
                        .collect(Collectors.joining(" "))
                        .strip()
                : "";
    }

    private static String top(Class<?> type) {
        Class<?> top = type;
        while (top.getEnclosingClass() != null) {
            top = top.getEnclosingClass();
        }
        return top.getName();
    }

    private static String markdown(String javadoc) {
        return javadoc.replaceAll("\\{@code\\s+((?:[^{}]|\\{[^{}]*\\})*)\\}", "`$1`")
                .replaceAll("\\{@link(?:plain)?\\s+#?([^}]*?)(?:\\(\\))?\\}", "`$1`")
                .replaceAll("\\{@value[^}]*\\}", "a fixed number")
                .replaceAll("<[^>]+>", "")
                .replace("&gt;", ">")
                .replace("&lt;", "<")
                .replaceAll("\\s+", " ")
                .strip();
    }
}
