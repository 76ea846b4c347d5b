package io.maskflow.experiments.problems;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import jinjava.javax.el.ELContext;
import jinjava.javax.el.ELResolver;
import jinjava.javax.el.MethodNotFoundException;

/** The methods of Python's texts that chat templates call; the engine knows Java's. */
final class PythonTexts extends ELResolver {

    @Override
    public Object invoke(ELContext context, Object base, Object method, Class<?>[] types, Object[] given) {
        if (!(base instanceof CharSequence)) {
            return null;
        }
        String text = base.toString();
        String[] arguments = Arrays.stream(given).map(String::valueOf).toArray(String[]::new);
        String first = arguments.length > 0 ? arguments[0] : null;
        Object result =
                switch (String.valueOf(method)) {
                    case "startswith" -> text.startsWith(first);
                    case "endswith" -> text.endsWith(first);
                    case "strip" -> stripEnd(stripStart(text, first), first);
                    case "lstrip" -> stripStart(text, first);
                    case "rstrip" -> stripEnd(text, first);
                    case "upper" -> text.toUpperCase(Locale.ROOT);
                    case "lower" -> text.toLowerCase(Locale.ROOT);
                    case "replace" -> text.replace(first, arguments[1]);
                    case "split" -> split(text, first, arguments.length > 1 ? Integer.parseInt(arguments[1]) : -1);
                    default -> throw new MethodNotFoundException("texts have no method " + method + " here");
                };
        context.setPropertyResolved(true);
        return result;
    }

    private static boolean strips(String characters, char c) {
        return characters == null ? Character.isWhitespace(c) : characters.indexOf(c) >= 0;
    }

    private static String stripStart(String text, String characters) {
        int from = 0;
        while (from < text.length() && strips(characters, text.charAt(from))) {
            from++;
        }
        return text.substring(from);
    }

    private static String stripEnd(String text, String characters) {
        int to = text.length();
        while (to > 0 && strips(characters, text.charAt(to - 1))) {
            to--;
        }
        return text.substring(0, to);
    }

    private static List<String> split(String text, String separator, int most) {
        if (separator == null) {
            return new ArrayList<>(Arrays.asList(text.strip().split("\\s+")));
        }
        List<String> parts = new ArrayList<>();
        int from = 0;
        int at = text.indexOf(separator);
        while (at >= 0 && parts.size() != most) {
            parts.add(text.substring(from, at));
            from = at + separator.length();
            at = text.indexOf(separator, from);
        }
        parts.add(text.substring(from));
        return parts;
    }

    @Override
    public Object getValue(ELContext context, Object base, Object property) {
        return null;
    }

    @Override
    public Class<?> getType(ELContext context, Object base, Object property) {
        return null;
    }

    @Override
    public void setValue(ELContext context, Object base, Object property, Object value) {
        throw new UnsupportedOperationException("texts do not change");
    }

    @Override
    public boolean isReadOnly(ELContext context, Object base, Object property) {
        return true;
    }

    @Override
    public java.util.Iterator<java.beans.FeatureDescriptor> getFeatureDescriptors(ELContext context, Object base) {
        return null;
    }

    @Override
    public Class<?> getCommonPropertyType(ELContext context, Object base) {
        return Object.class;
    }
}
