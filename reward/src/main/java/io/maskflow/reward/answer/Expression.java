package io.maskflow.reward.answer;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/**
 * An arithmetic expression over whole numbers, computed exactly:
 *
 * <pre>
 * sum     = product { ("+" | "-") product }
 * product = signed { ("*" | "/") signed }
 * signed  = [ "+" | "-" ] signed | digits | "(" sum ")"
 * </pre>
 *
 * <p>Blanks may stand anywhere but inside a number. Nothing is computed while the text is read, so a hostile text costs no more than
 * its length.
 */
final class Expression {
    private static final int DEPTH = 100;
    private static final int DIGITS = 18;

    private final List<Long> numbers = new ArrayList<>();
    private final String text;
    private final Node root;
    private int at;

    /** A part of the expression. */
    private interface Node {
        Rational value();
    }

    /** The text is no expression. */
    static final class SyntaxException extends Exception {
        private static final long serialVersionUID = 1;

        SyntaxException(String message) {
            super(message);
        }
    }

    private Expression(String text) throws SyntaxException {
        this.text = text;
        this.root = sum(0);
        if (next() != 0) {
            throw new SyntaxException("unexpected '" + next() + "' at " + (at + 1));
        }
    }

    /**
     * Reads an expression.
     *
     * @throws SyntaxException if the text is none, is nested deeper than 100, or has a number of more than 18 digits
     */
    static Expression parse(String text) throws SyntaxException {
        return new Expression(text);
    }

    /** The numbers in it, in order. */
    List<Long> numbers() {
        return List.copyOf(numbers);
    }

    /**
     * Its exact value.
     *
     * @throws ArithmeticException if it divides by zero
     */
    Rational value() {
        return root.value();
    }

    private Node sum(int depth) throws SyntaxException {
        Node left = product(depth);
        while (next() == '+' || next() == '-') {
            left = join(left, text.charAt(at++), product(depth));
        }
        return left;
    }

    private Node product(int depth) throws SyntaxException {
        Node left = signed(depth);
        while (next() == '*' || next() == '/') {
            left = join(left, text.charAt(at++), signed(depth));
        }
        return left;
    }

    private Node signed(int depth) throws SyntaxException {
        if (depth > DEPTH) {
            throw new SyntaxException("nested deeper than " + DEPTH);
        }
        char sign = next();
        if (sign == '+' || sign == '-') {
            at++;
            Node inner = signed(depth + 1);
            return sign == '+' ? inner : () -> inner.value().negated();
        }
        if (sign == '(') {
            at++;
            Node inner = sum(depth + 1);
            if (next() != ')') {
                throw new SyntaxException("a bracket is not closed");
            }
            at++;
            return inner;
        }
        return number();
    }

    private Node number() throws SyntaxException {
        next();
        int start = at;
        while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
            at++;
        }
        if (at == start) {
            String found = at == text.length() ? "the end" : "'" + text.charAt(at) + "'";
            throw new SyntaxException("a number must stand at " + (at + 1) + ", found " + found);
        }
        if (at - start > DIGITS) {
            throw new SyntaxException("a number of more than " + DIGITS + " digits");
        }
        BigInteger whole = new BigInteger(text.substring(start, at));
        numbers.add(whole.longValueExact());
        return () -> Rational.of(whole);
    }

    private static Node join(Node left, char operator, Node right) {
        return () -> left.value().apply(operator, right.value());
    }

    /** The next sign that is no blank, not taken; 0 at the end. */
    private char next() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
        return at < text.length() ? text.charAt(at) : 0;
    }
}
