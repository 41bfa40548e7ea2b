package dev.finetune.examples;

import picocli.CommandLine.Option;

/** The option that seeds all random numbers. */
final class SeedOption {

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "42",
      converter = Converters.Seed.class,
      description = "The seed of all random numbers (default: ${DEFAULT-VALUE}).")
  long value;
}
