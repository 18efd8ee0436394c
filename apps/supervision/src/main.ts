import { supervisionContext } from '@alongside/supervision';
import { runService } from '@alongside/service';

runService(supervisionContext);
