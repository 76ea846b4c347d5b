package io.maskflow.reward.answer;

import java.math.BigInteger;

/** An exact fraction in lowest terms, {@code n / d} with {@code d > 0}. */
record Rational(BigInteger n, BigInteger d) {

    /** Cancels; refuses a zero below the line. */
    Rational {
        if (d.signum() == 0) {
            throw new ArithmeticException("division by zero");
        }
        BigInteger common = n.gcd(d).multiply(BigInteger.valueOf(d.signum()));
        n = n.divide(common);
        d = d.divide(common);
    }

    static Rational of(BigInteger whole) {
        return new Rational(whole, BigInteger.ONE);
    }

    static Rational of(long whole) {
        return of(BigInteger.valueOf(whole));
    }

    Rational negated() {
        return new Rational(n.negate(), d);
    }

    /**
     * @param operator one of {@code + - * /}
     * @throws ArithmeticException if it divides by zero
     */
    Rational apply(char operator, Rational other) {
        switch (operator) {
            case '+':
                return new Rational(n.multiply(other.d).add(other.n.multiply(d)), d.multiply(other.d));
            case '-':
                return apply('+', other.negated());
            case '*':
                return new Rational(n.multiply(other.n), d.multiply(other.d));
            case '/':
                return new Rational(n.multiply(other.d), d.multiply(other.n));
            default:
                throw new IllegalArgumentException("operator must be one of + - * /, was " + operator);
        }
    }

    @Override
    public String toString() {
        return d.equals(BigInteger.ONE) ? n.toString() : n + "/" + d;
    }
}
