package io.maskflow.experiments.pages;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Properties;
import java.util.stream.Collectors;

/** A page of one file: styles, figures, the plotting library and scripts stand inside it; nothing comes from outside. */
final class Page {

    static final ObjectMapper JSON = new ObjectMapper();

    private static final String LIBRARY = "org.webjars.npm/chart.js";
    private static final String POM = "/META-INF/maven/" + LIBRARY + "/pom.properties";

    private Page() {}

    /**
     * Puts a page together.
     *
     * @param name {@code NAME.css} and {@code NAME.js} stand beside this class
     * @param scripts more scripts that stand there, used by the last
     * @param title text
     * @param body markup; texts of runs in it are escaped by the caller
     * @param figures becomes JSON that the script finds as {@code page.data}
     */
    static String of(String name, String title, String body, Object figures, String... scripts) {
        String licence = " <details><summary>Charts are drawn by Chart.js (MIT licence)</summary><pre>"
                + escape(library("LICENSE.md").strip()) + "</pre></details>";
        String library = library("dist/chart.umd.min.js").replaceAll("(?m)^//# sourceMappingURL=.*$", "");
        return page(name, title, body, figures, licence, "<script>" + library + "</script>\n", scripts);
    }

    /** The same for a page that draws no charts. */
    static String withoutCharts(String name, String title, String body, Object figures) {
        return page(name, title, body, figures, "", "");
    }

    private static String page(
            String name, String title, String body, Object figures, String licence, String library, String... scripts) {
        return "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                + "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>"
                + escape(title)
                + "</title>\n<style>\n"
                + resource("page.css")
                + resource(name + ".css")
                + "</style>\n</head>\n<body>\n"
                + "<header><h1>"
                + escape(title)
                + "</h1><button type=\"button\" id=\"theme\" title=\"light or dark\">light or dark</button></header>\n"
                + body
                + "<footer>Made by maskflow."
                + licence
                + "</footer>\n<script type=\"application/json\" id=\"data\">"
                + json(figures)
                + "</script>\n"
                + library
                + "<script>\n"
                + resource("page.js")
                + Arrays.stream(scripts).map(Page::resource).collect(Collectors.joining())
                + resource(name + ".js")
                + "</script>\n</body>\n</html>\n";
    }

    /** Text as markup. */
    static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }

    /** {@code <} is escaped, so that no text can end the element that it stands in. */
    private static String json(Object figures) {
        try {
            return JSON.writeValueAsString(figures).replace("<", "\\u003c");
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("figures cannot be written", e);
        }
    }

    /** A text of the plotting library, out of its jar. */
    private static String library(String name) {
        Properties pom = new Properties();
        try (InputStream in = Page.class.getResourceAsStream(POM)) {
            pom.load(in);
        } catch (IOException | NullPointerException e) {
            throw new IllegalStateException("the plotting library is not on the class path", e);
        }
        return read("/META-INF/resources/webjars/chart.js/" + pom.getProperty("version") + "/" + name);
    }

    private static String resource(String name) {
        return read("/io/maskflow/experiments/pages/" + name);
    }

    private static String read(String resource) {
        try (InputStream in = Page.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("no such resource: " + resource);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + resource, e);
        }
    }
}
