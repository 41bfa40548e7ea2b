package dev.finetune.zoo.internal.pickle;

import com.google.common.collect.ImmutableSet;

/** The classes and functions that pickles of checkpoints name. */
final class Functions {

  private static final ImmutableSet<String> DICTIONARIES =
      ImmutableSet.of(
          "collections.OrderedDict",
          "collections.defaultdict",
          "collections.Counter",
          "builtins.dict",
          "__builtin__.dict");

  private static final ImmutableSet<String> COLLECTIONS =
      ImmutableSet.of(
          "builtins.set",
          "builtins.frozenset",
          "builtins.list",
          "builtins.tuple",
          "__builtin__.set",
          "__builtin__.frozenset",
          "torch.Size",
          "torch.torch.Size");

  /** Functions and classes whose objects have nothing that a reader of weights could miss. */
  private static final ImmutableSet<String> PLAIN =
      ImmutableSet.of(
          "_codecs.encode",
          "torch.device",
          "builtins.bytes",
          "builtins.bytearray",
          "__builtin__.bytearray");

  private static final ImmutableSet<String> TENSORS =
      ImmutableSet.of(
          "torch._utils._rebuild_tensor",
          "torch._utils._rebuild_tensor_v2",
          "torch._utils._rebuild_tensor_v3",
          "torch._utils._rebuild_parameter",
          "torch._utils._rebuild_parameter_with_state",
          "torch._tensor._rebuild_from_type_v2",
          "torch._utils._rebuild_qtensor",
          "torch._utils._rebuild_sparse_tensor",
          "torch._utils._rebuild_meta_tensor_no_storage");

  /** Modules that a checkpoint has no reason to name, but an attack on other readers has. */
  private static final ImmutableSet<String> HARMFUL_MODULES =
      ImmutableSet.of(
          "os",
          "posix",
          "nt",
          "sys",
          "subprocess",
          "pty",
          "runpy",
          "socket",
          "shutil",
          "importlib",
          "webbrowser",
          "ctypes");

  private static final ImmutableSet<String> HARMFUL_BUILTINS =
      ImmutableSet.of("eval", "exec", "execfile", "compile", "__import__", "open");

  private Functions() {}

  /** Returns whether a call restores a dictionary. */
  static boolean dictionary(String name) {
    return DICTIONARIES.contains(name);
  }

  /** Returns whether a call restores a list, tuple or set from its argument. */
  static boolean collection(String name) {
    return COLLECTIONS.contains(name);
  }

  /** Returns whether a call restores a tensor. */
  static boolean tensor(String name) {
    return TENSORS.contains(name);
  }

  /** Returns whether an object is not worth naming when it is passed over. */
  static boolean plain(String name) {
    return PLAIN.contains(name);
  }

  /**
   * Returns whether a name is one that only an attack uses. Nothing is run either way; the answer
   * decides whether the user is warned.
   */
  static boolean harmful(String module, String name) {
    String top = module.contains(".") ? module.substring(0, module.indexOf('.')) : module;
    boolean builtin = module.equals("builtins") || module.equals("__builtin__");
    return HARMFUL_MODULES.contains(top) || (builtin && HARMFUL_BUILTINS.contains(name));
  }
}
