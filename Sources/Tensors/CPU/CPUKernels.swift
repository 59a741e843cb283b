/// The kernels of the processor, by topic; what they call is in `Kernels`.
package enum CPUKernels {
  /// All kernels of this package's operations.
  package static let table: KernelTable<CPUResources> = {
    var table = KernelTable<CPUResources>()
    addElementwise(to: &table)
    addMatrix(to: &table)
    addRows(to: &table)
    addAttention(to: &table)
    addLoss(to: &table)
    addGeneral(to: &table)
    addOptimiser(to: &table)
    return table
  }()
}
