import Arrays
import KernelInterface

#if KERNEL_DOUBLE
let kernelSetName = "float64"
#elseif KERNEL_512
let kernelSetName = "avx512"
#elseif KERNEL_256
let kernelSetName = "avx2"
#else
let kernelSetName = "neon"
#endif

/// The kernels as this module was built.
public let kernelSet = KernelSet(
  name: kernelSetName,
  elementType: Real.elementType,
  customCalls: [
    matrixProductCall, attentionCall, attentionGradientCall, crossEntropyCall,
    crossEntropyGradientCall, rootMeanSquareNormCall, rootMeanSquareNormGradientCall,
    gatedProjectionCall, gatedUnitGradientCall, quantizedProductCall, expandedMatrixCall,
    cachedAttentionCall, thresholdedAscentCall,
  ],
  matrixProductScratch: { shape, workers in
    MatrixProduct(shape).scratchCount(workers: workers)
  },
  attentionScratch: { shape, workers in
    workers * AttentionForward.Plan(shape).count
  },
  attentionGradientScratch: { shape, workers in
    workers * AttentionBackward.Plan(shape).count
  },
  cachedAttentionScratch: { shape, workers in
    workers * CachedAttention.Plan(shape).count
  },
  crossEntropyScratch: { shape, withGradients, workers in
    CrossEntropy.Plan(shape, withGradients: withGradients, workers: workers).count
  },
  gatedProjectionScratch: { shape, workers in
    gatedProjectionScratchCount(MatrixProduct(shape), workers: workers)
  },
  thresholdedAscentScratch: { shape, workers in
    workers * ThresholdedAscent.Plan(shape).count
  },
  normGradientScratch: { rows, width in
    RootMeanSquareNorm(rows: rows, width: width, epsilon: 0).pieceCount * width
  }
)
