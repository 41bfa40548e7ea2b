package dev.finetune.train;

import com.google.common.base.Splitter;

/** The notation of parameter groups on the command line. */
final class GroupsNotation {

  private static final String STAGES = "stages:";

  private GroupsNotation() {}

  static ParameterGroups parse(String notation) {
    return Splitter.on(',')
        .trimResults()
        .splitToStream(notation)
        .map(part -> parseOne(part, notation))
        .reduce(ParameterGroups::and)
        .orElseThrow();
  }

  private static ParameterGroups parseOne(String part, String notation) {
    if (part.equals(SameGroups.INSTANCE.name())) {
      return ParameterGroups.same();
    } else if (part.equals(KernelDecay.INSTANCE.name())) {
      return ParameterGroups.noDecayForBiasesAndNorms();
    } else if (part.startsWith(STAGES)) {
      String factor = part.substring(STAGES.length());
      try {
        return ParameterGroups.stages(Double.parseDouble(factor));
      } catch (NumberFormatException e) {
        throw new IllegalArgumentException(
            "The factor of stages must be a number, got \"" + factor + "\"", e);
      }
    }
    throw new IllegalArgumentException(
        "Parameter groups must be "
            + SameGroups.INSTANCE.name()
            + ", "
            + KernelDecay.INSTANCE.name()
            + " or stages:FACTOR, or several of them with commas, got \""
            + notation
            + "\"");
  }

  static String of(ParameterGroups groups) {
    if (groups instanceof BothGroups both) {
      return of(both.first()) + "," + of(both.second());
    } else if (groups instanceof StageRates stages) {
      return STAGES + stages.factor();
    } else if (groups instanceof SameGroups || groups instanceof KernelDecay) {
      return groups.name();
    }
    throw new IllegalArgumentException(
        "Only the groups of this library have a notation, got " + groups.name());
  }
}
