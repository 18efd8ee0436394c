import { matchingContext } from '@alongside/matching';
import { runService } from '@alongside/service';

runService(matchingContext);
