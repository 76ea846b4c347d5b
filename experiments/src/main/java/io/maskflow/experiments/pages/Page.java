package io.maskflow.experiments.pages;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Properties;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;

/** A page of one file: styles, figures, the plotting library and scripts stand inside it; nothing comes from outside. */
final class Page {

    static final ObjectMapper JSON = new ObjectMapper();

    private static final String LIBRARY = "org.webjars.npm/echarts";
    private static final String POM = "/META-INF/maven/" + LIBRARY + "/pom.properties";

    /** What the browser lets a page do: nothing may be loaded, and no connection made but by the page that asks its server. */
    private static final String POLICY = "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none';"
            + " script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:; connect-src %s\">\n";

    /** The plotting library and its licence, read once. */
    private static final class Charts {
        private static final String PACKED = packed(library("dist/echarts.min.js"));
        private static final String LICENCE = Stream.of("NOTICE", "LICENSE", "licenses/LICENSE-d3")
                .map(name -> library(name).strip())
                .collect(Collectors.joining("\n\n"));
    }

    private Page() {}

    /**
     * Puts a page together.
     *
     * @param name {@code NAME.css} and {@code NAME.js} stand beside this class
     * @param title text
     * @param body markup; texts of runs in it are escaped by the caller
     * @param figures becomes JSON that the script finds as {@code page.data}
     */
    static String of(String name, String title, String body, Object figures) {
        String licence =
                " <details><summary>Charts are drawn by Apache ECharts (Apache License 2.0), with zrender and d3 (BSD)"
                        + " in it</summary><pre>" + escape(Charts.LICENCE) + "</pre></details>";
        String library = "<script type=\"text/plain\" id=\"library\">" + Charts.PACKED + "</script>\n";
        return page(name, title, body, figures, licence, library, "'none'");
    }

    /** The same for a page that draws no charts. */
    static String withoutCharts(String name, String title, String body, Object figures) {
        return page(name, title, body, figures, "", "", "'self'");
    }

    private static String page(
            String name, String title, String body, Object figures, String licence, String library, String connects) {
        return "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                + POLICY.formatted(connects)
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
        return read("/META-INF/resources/webjars/echarts/" + pom.getProperty("version") + "/" + name);
    }

    /** A text as the browser unpacks it: gzip in base64, less than half of it. */
    private static String packed(String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot pack the plotting library", e);
        }
        return Base64.getEncoder().encodeToString(bytes.toByteArray());
    }

    /** A text that stands beside this class. */
    static String resource(String name) {
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
