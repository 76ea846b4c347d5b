package io.maskflow.reward.problem;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;

/** Files of problems that are no JSON: named by their kind, with the line of Python that converts them. */
final class OtherFormats {

    private static final String PARQUET = "PAR1";

    private OtherFormats() {}

    /** Refuses a file by its first bytes. */
    static void refuse(Path file, byte[] start) {
        String magic = new String(start, StandardCharsets.ISO_8859_1);
        if (magic.equals(PARQUET)) {
            throw refused(file, "Parquet", "pandas.read_parquet('" + file + "')");
        }
        if (magic.startsWith("ARRO") || magic.equals("\u00ff\u00ff\u00ff\u00ff")) {
            throw refused(file, "an Arrow file", "datasets.Dataset.from_file('" + file + "').to_pandas()");
        }
        if (magic.startsWith("PK")) {
            throw new ProblemDataException(file + " is a zip archive: unpack it and name the file in it");
        }
        if (magic.startsWith("(\u00b5/\u00fd")) {
            throw new ProblemDataException(file + " is packed with zstd: unpack it first (zstd -d " + file + ")");
        }
    }

    /** Refuses a text by its first character and its name. */
    static void refuse(Path file, int first) {
        String name = file.getFileName().toString().toLowerCase(Locale.ROOT).replaceFirst("\\.gz$", "");
        boolean table = name.endsWith(".csv") || name.endsWith(".tsv");
        if (table && first != '{') {
            String separator = name.endsWith(".tsv") ? ", sep='\\t'" : "";
            throw refused(
                    file,
                    "a table of comma- or tab-separated values, whose lists are texts",
                    "pandas.read_csv('" + file + "'" + separator
                            + ", converters={c: ast.literal_eval for c in ('test_list', 'test_imports',"
                            + " 'challenge_test_list')})");
        }
        if (first == '<') {
            throw new ProblemDataException(
                    file + " is a web page, no data: the address it came from wants a login or the raw file");
        }
        if (name.endsWith(".yaml") || name.endsWith(".yml")) {
            throw new ProblemDataException(file + " is YAML; problems are JSON lines");
        }
    }

    private static ProblemDataException refused(Path file, String kind, String frame) {
        String target = file.toString().replaceFirst("\\.[^./]*$", "") + ".jsonl";
        String module = frame.substring(0, frame.indexOf('.'));
        return new ProblemDataException(
                file + " is " + kind + "; convert it once:\n  python3 -c \"import ast, " + module + "; " + frame
                        + ".to_json('" + target + "', orient='records', lines=True, force_ascii=False)\"");
    }
}
