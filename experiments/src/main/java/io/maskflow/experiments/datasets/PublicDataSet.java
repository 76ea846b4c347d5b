package io.maskflow.experiments.datasets;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;

/**
 * A file that somebody publishes.
 *
 * @param name as the command line writes it
 * @param file name on this disk
 * @param rows problems in it
 * @param bytes length
 * @param sha256 fingerprint, 64 hexadecimal digits
 * @param prefix name of its set in {@code problems: SET:FILE}; empty for programming problems
 * @param licence short name
 * @param licenceText resource with the text
 * @param origin who publishes it
 * @param urls addresses, tried in order
 */
public record PublicDataSet(
        String name,
        String file,
        int rows,
        long bytes,
        String sha256,
        String prefix,
        String licence,
        String licenceText,
        String origin,
        List<URI> urls) {

    /** Checks the fingerprint and that there is an address. */
    public PublicDataSet {
        urls = List.copyOf(urls);
        if (!sha256.matches("[0-9a-f]{64}")) {
            throw new IllegalArgumentException(name + ": sha256 must be 64 hexadecimal digits, was \"" + sha256 + "\"");
        }
        if (bytes < 1 || urls.isEmpty()) {
            throw new IllegalArgumentException(name + ": needs a length and an address");
        }
    }

    /** As {@code problems:} of a settings file names the file in a folder. */
    public String source(Path folder) {
        return (prefix.isEmpty() ? "" : prefix + ":") + folder.resolve(file);
    }

    /** The same file under one other address, in place of the published ones. */
    public PublicDataSet from(URI url) {
        return new PublicDataSet(name, file, rows, bytes, sha256, prefix, licence, licenceText, origin, List.of(url));
    }

    /** Name of the file with the licence, beside the data. */
    public String licenceFile() {
        return file + ".licence.txt";
    }

    /** What is stored beside the file: what it is, where it is from, and the text of its licence. */
    String licenceNote() {
        return file + "\nfrom " + origin + "\nlicence: " + licence + "\nsha256: " + sha256 + "\n\n"
                + PublicDataSets.text("licences/" + licenceText);
    }
}
