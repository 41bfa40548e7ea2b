package dev.finetune.zoo.weights;

import com.google.common.collect.Sets;
import dev.finetune.graph.layer.ParameterRole;
import java.util.Optional;
import java.util.Set;

/**
 * Weights that a file has in parts: PyTorch's pruning and normalisation replace a weight by tensors
 * that it is computed from.
 */
final class Reparametrised {

  private static final Set<ParameterRole> NORMALISATION =
      Sets.immutableEnumSet(
          ParameterRole.GAMMA,
          ParameterRole.BETA,
          ParameterRole.MOVING_MEAN,
          ParameterRole.MOVING_VARIANCE);

  private Reparametrised() {}

  /** Describes the first weight in parts; empty if there is none. */
  static Optional<String> first(Set<String> names) {
    for (String name : names) {
      if (name.endsWith("_mask") && names.contains(withEnd(name, "_mask", "_orig"))) {
        String orig = withEnd(name, "_mask", "_orig");
        return Optional.of(
            "pruning must be made permanent with torch.nn.utils.prune.remove(module, \""
                + lastWord(withEnd(name, "_mask", ""))
                + "\") before saving, got "
                + orig
                + " and "
                + name);
      } else if (name.endsWith("_g") && names.contains(withEnd(name, "_g", "_v"))) {
        return Optional.of(
            "weight normalisation must be removed with torch.nn.utils.remove_weight_norm(module)"
                + " before saving, got "
                + name
                + " and "
                + withEnd(name, "_g", "_v"));
      } else if (name.endsWith("_u") && names.contains(withEnd(name, "_u", "_orig"))) {
        return Optional.of(
            "spectral normalisation must be removed with torch.nn.utils.remove_spectral_norm(module)"
                + " before saving, got "
                + name
                + " and "
                + withEnd(name, "_u", "_orig"));
      } else if (name.contains("parametrizations.") && name.matches(".*\\.original\\d*")) {
        return Optional.of(
            "parametrizations must be removed with"
                + " torch.nn.utils.parametrize.remove_parametrizations(module, name) before"
                + " saving, got "
                + name);
      }
    }
    return Optional.empty();
  }

  /**
   * Describes batch normalisations that were multiplied into the convolutions before them.
   *
   * @param missing the roles of the parameters that the file does not have
   */
  static Optional<String> fused(Set<ParameterRole> missing) {
    return missing.equals(NORMALISATION)
        ? Optional.of(
            "batch normalisation must not be fused with the convolutions before saving, got"
                + " convolutions without it")
        : Optional.empty();
  }

  private static String withEnd(String name, String end, String other) {
    return name.substring(0, name.length() - end.length()) + other;
  }

  private static String lastWord(String name) {
    return name.substring(name.lastIndexOf('.') + 1);
  }
}
